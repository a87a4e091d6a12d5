-- The words of a message's text. The cut keeps a huge message below the size that a tsvector may have, 1 MiB.
CREATE FUNCTION searchable(parts jsonb) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (
	SELECT to_tsvector('simple'::regconfig, left(string_agg(part ->> 'text', ' '), 100000))
	FROM jsonb_array_elements(parts) AS part WHERE part ->> 'type' = 'text'
);--> statement-breakpoint
ALTER TABLE "conversation" ADD COLUMN "deleted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "span_id" text;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "response_id" text;--> statement-breakpoint
CREATE INDEX "conversation_deleted_idx" ON "conversation" USING btree ("deleted_at") WHERE "conversation"."deleted_at" is not null;--> statement-breakpoint
CREATE INDEX "message_parent_idx" ON "message" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "message_search_idx" ON "message" USING gin (searchable("parts")) WHERE "message"."status" is distinct from 'streaming';