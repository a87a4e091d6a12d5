CREATE TABLE "attachment" (
	"id" uuid PRIMARY KEY NOT NULL,
	"visitor_id" uuid NOT NULL,
	"conversation_id" uuid,
	"media_type" text NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"data" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attachment" ADD CONSTRAINT "attachment_conversation_id_conversation_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attachment_conversation_idx" ON "attachment" USING btree ("conversation_id");--> statement-breakpoint
CREATE INDEX "attachment_unsent_idx" ON "attachment" USING btree ("visitor_id","created_at") WHERE "attachment"."conversation_id" is null;--> statement-breakpoint
-- Pictures are compressed already.
ALTER TABLE "attachment" ALTER COLUMN "data" SET STORAGE EXTERNAL;
