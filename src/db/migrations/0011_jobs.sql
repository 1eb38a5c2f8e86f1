CREATE TABLE `jobs` (
	`number` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`parameters` text NOT NULL,
	`subject` text NOT NULL,
	`policy` text,
	`decision` text,
	`content_hash` text,
	`note` text,
	`segments_ready` integer DEFAULT 0 NOT NULL,
	`segments_total` integer DEFAULT 0 NOT NULL,
	`bytes` integer DEFAULT 0 NOT NULL,
	`worked_day` text,
	`worked_seconds` real DEFAULT 0 NOT NULL,
	`error_code` text,
	`error` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_id_unique` ON `jobs` (`id`);--> statement-breakpoint
CREATE INDEX `jobs_status` ON `jobs` (`status`);--> statement-breakpoint
CREATE INDEX `jobs_subject` ON `jobs` (`subject`);--> statement-breakpoint
CREATE INDEX `jobs_finished` ON `jobs` (`finished_at`);