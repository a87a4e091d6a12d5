CREATE TABLE "budget" (
	"day" date NOT NULL,
	"scope" uuid NOT NULL,
	"spent_usd" numeric DEFAULT '0' NOT NULL,
	"reserved_usd" numeric DEFAULT '0' NOT NULL,
	CONSTRAINT "budget_day_scope_pk" PRIMARY KEY("day","scope")
);
--> statement-breakpoint
CREATE TABLE "reservation" (
	"turn_id" uuid NOT NULL,
	"writer" integer NOT NULL,
	"day" date NOT NULL,
	"scopes" uuid[] NOT NULL,
	"usd" numeric NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage" (
	"day" date NOT NULL,
	"visitor_id" uuid NOT NULL,
	"model" text NOT NULL,
	"turns" bigint DEFAULT 0 NOT NULL,
	"input_tokens" bigint DEFAULT 0 NOT NULL,
	"output_tokens" bigint DEFAULT 0 NOT NULL,
	"cached_input_tokens" bigint DEFAULT 0 NOT NULL,
	"reasoning_tokens" bigint DEFAULT 0 NOT NULL,
	"cost_usd" numeric DEFAULT '0' NOT NULL,
	"unmetered" bigint DEFAULT 0 NOT NULL,
	"unpriced" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_visitor_id_day_model_pk" PRIMARY KEY("visitor_id","day","model")
);
--> statement-breakpoint
CREATE TABLE "visitor_rate" (
	"visitor_id" uuid PRIMARY KEY NOT NULL,
	"busy_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "reservation_turn_idx" ON "reservation" USING btree ("turn_id");