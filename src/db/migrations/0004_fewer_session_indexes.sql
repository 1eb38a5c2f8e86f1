DROP INDEX `transcode_sessions_content_hash`;--> statement-breakpoint
DROP INDEX `transcode_sessions_media_file`;--> statement-breakpoint
DROP INDEX `transcode_sessions_status`;--> statement-breakpoint
CREATE INDEX `transcode_sessions_status` ON `transcode_sessions` (`status`);