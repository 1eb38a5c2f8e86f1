CREATE TABLE `series` (
	`number` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`library_id` text NOT NULL,
	`key` text NOT NULL,
	`title` text NOT NULL,
	`sort_title` text NOT NULL,
	`search_text` text NOT NULL,
	`year` integer,
	`facts` text NOT NULL,
	`nfo` text NOT NULL,
	FOREIGN KEY (`library_id`) REFERENCES `libraries`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `series_id_unique` ON `series` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `series_key` ON `series` (`library_id`,`key`);--> statement-breakpoint
CREATE INDEX `series_by_title` ON `series` (`sort_title`,`number`);--> statement-breakpoint
CREATE INDEX `series_library_by_title` ON `series` (`library_id`,`sort_title`,`number`);--> statement-breakpoint
ALTER TABLE `media_files` ADD `naming` text;--> statement-breakpoint
ALTER TABLE `media_files` ADD `naming_key` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `media_files` ADD `film_key` text;--> statement-breakpoint
ALTER TABLE `media_files` ADD `series_id` text REFERENCES series(id) ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE `media_files` ADD `episode_from` text;--> statement-breakpoint
ALTER TABLE `media_files` ADD `episode_to` text;--> statement-breakpoint
CREATE INDEX `media_files_series` ON `media_files` (`series_id`,`episode_from`);--> statement-breakpoint
CREATE INDEX `media_files_film` ON `media_files` (`library_id`,`film_key`) WHERE film_key IS NOT NULL;