CREATE TABLE `former_ids` (
	`id` text PRIMARY KEY NOT NULL,
	`media_file_id` text NOT NULL,
	FOREIGN KEY (`media_file_id`) REFERENCES `media_files`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `former_ids_media_file` ON `former_ids` (`media_file_id`);