ALTER TABLE "usage" ADD COLUMN "estimated_usd" numeric DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "estimated_usd" double precision;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "left_out" integer;