CREATE TABLE `viewings` (
	`viewer` text NOT NULL,
	`media_file_id` text NOT NULL,
	`resume_position` real DEFAULT 0 NOT NULL,
	`last_watched_at` integer,
	`watched_at` integer,
	PRIMARY KEY(`viewer`, `media_file_id`),
	FOREIGN KEY (`media_file_id`) REFERENCES `media_files`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `viewings_media_file` ON `viewings` (`media_file_id`);--> statement-breakpoint
INSERT INTO `viewings` (`viewer`, `media_file_id`, `resume_position`, `last_watched_at`, `watched_at`)
SELECT '', `media_files`.`id`, `resume_position`, `last_watched_at`, `ended`.`at` FROM `media_files`
LEFT JOIN (
	SELECT `media_file_id`, max(`heartbeat_at`) AS `at` FROM `transcode_sessions` WHERE `status` = 'completed' GROUP BY `media_file_id`
) AS `ended` ON `ended`.`media_file_id` = `media_files`.`id`
WHERE `last_watched_at` IS NOT NULL OR `ended`.`at` IS NOT NULL;--> statement-breakpoint
ALTER TABLE `media_files` DROP COLUMN `resume_position`;--> statement-breakpoint
ALTER TABLE `media_files` DROP COLUMN `last_watched_at`;