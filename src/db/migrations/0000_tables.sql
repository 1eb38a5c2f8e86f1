CREATE TABLE `contents` (
	`content_hash` text PRIMARY KEY NOT NULL,
	`fingerprint` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `contents_fingerprint` ON `contents` (`fingerprint`);--> statement-breakpoint
CREATE INDEX `contents_last_used` ON `contents` (`last_used_at`);--> statement-breakpoint
CREATE TABLE `failed_jobs` (
	`content_hash` text NOT NULL,
	`object` text NOT NULL,
	`attempts` integer NOT NULL,
	`reason` text NOT NULL,
	`last_at` integer NOT NULL,
	PRIMARY KEY(`content_hash`, `object`)
);
--> statement-breakpoint
CREATE TABLE `libraries` (
	`id` text PRIMARY KEY NOT NULL,
	`path` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `libraries_path_unique` ON `libraries` (`path`);--> statement-breakpoint
CREATE TABLE `media_files` (
	`number` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`library_id` text NOT NULL,
	`path` text NOT NULL,
	`title` text NOT NULL,
	`sort_title` text NOT NULL,
	`search_text` text NOT NULL,
	`media_type` text NOT NULL,
	`metadata` text,
	`metadata_version` integer DEFAULT 0 NOT NULL,
	`duration` real DEFAULT 0 NOT NULL,
	`file_size` integer NOT NULL,
	`mtime_ms` integer NOT NULL,
	`fingerprint` text,
	`container` text,
	`status` text NOT NULL,
	`reason_code` text,
	`reason` text,
	`added_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`missing_since` integer,
	`resume_position` real DEFAULT 0 NOT NULL,
	`last_watched_at` integer,
	FOREIGN KEY (`library_id`) REFERENCES `libraries`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `media_files_id_unique` ON `media_files` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `media_files_path` ON `media_files` (`path`) WHERE status <> 'missing';--> statement-breakpoint
CREATE INDEX `media_files_fingerprint` ON `media_files` (`fingerprint`);--> statement-breakpoint
CREATE INDEX `media_files_library_path` ON `media_files` (`library_id`,`path`);--> statement-breakpoint
CREATE INDEX `media_files_missing` ON `media_files` (`library_id`) WHERE status = 'missing';--> statement-breakpoint
CREATE INDEX `media_files_by_title` ON `media_files` (`sort_title`,`number`);--> statement-breakpoint
CREATE INDEX `media_files_by_added` ON `media_files` (`added_at`,`number`);--> statement-breakpoint
CREATE INDEX `media_files_by_duration` ON `media_files` (`duration`,`number`);--> statement-breakpoint
CREATE INDEX `media_files_by_size` ON `media_files` (`file_size`,`number`);--> statement-breakpoint
CREATE INDEX `media_files_library_by_title` ON `media_files` (`library_id`,`sort_title`,`number`);--> statement-breakpoint
CREATE INDEX `media_files_library_by_added` ON `media_files` (`library_id`,`added_at`,`number`);--> statement-breakpoint
CREATE INDEX `media_files_library_by_duration` ON `media_files` (`library_id`,`duration`,`number`);--> statement-breakpoint
CREATE INDEX `media_files_library_by_size` ON `media_files` (`library_id`,`file_size`,`number`);--> statement-breakpoint
CREATE TABLE `recipe_descriptions` (
	`key` text PRIMARY KEY NOT NULL,
	`payload` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `scans` (
	`id` text PRIMARY KEY NOT NULL,
	`library_id` text NOT NULL,
	`status` text NOT NULL,
	`found` integer DEFAULT 0 NOT NULL,
	`added` integer DEFAULT 0 NOT NULL,
	`updated` integer DEFAULT 0 NOT NULL,
	`moved` integer DEFAULT 0 NOT NULL,
	`removed` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`current_path` text,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`error` text,
	FOREIGN KEY (`library_id`) REFERENCES `libraries`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `scans_library` ON `scans` (`library_id`,`started_at`);--> statement-breakpoint
CREATE TABLE `transcode_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`provider` text NOT NULL,
	`content_hash` text NOT NULL,
	`media_file_id` text NOT NULL,
	`request` text NOT NULL,
	`decision` text NOT NULL,
	`container` text NOT NULL,
	`position` real DEFAULT 0 NOT NULL,
	`quality` text,
	`error` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`heartbeat_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `transcode_sessions_status` ON `transcode_sessions` (`status`,`heartbeat_at`);--> statement-breakpoint
CREATE INDEX `transcode_sessions_content_hash` ON `transcode_sessions` (`content_hash`);--> statement-breakpoint
CREATE INDEX `transcode_sessions_media_file` ON `transcode_sessions` (`media_file_id`);