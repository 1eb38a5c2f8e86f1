CREATE TABLE `albums` (
	`number` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`library_id` text NOT NULL,
	`key` text NOT NULL,
	`title` text NOT NULL,
	`sort_title` text NOT NULL,
	`search_text` text NOT NULL,
	`artist` text,
	`year` integer,
	FOREIGN KEY (`library_id`) REFERENCES `libraries`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `albums_id_unique` ON `albums` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `albums_key` ON `albums` (`library_id`,`key`);--> statement-breakpoint
CREATE INDEX `albums_by_title` ON `albums` (`sort_title`,`number`);--> statement-breakpoint
CREATE INDEX `albums_library_by_title` ON `albums` (`library_id`,`sort_title`,`number`);--> statement-breakpoint
ALTER TABLE `media_files` ADD `album_id` text REFERENCES albums(id);--> statement-breakpoint
ALTER TABLE `media_files` ADD `album_place` text;--> statement-breakpoint
CREATE INDEX `media_files_album` ON `media_files` (`album_id`,`album_place`);