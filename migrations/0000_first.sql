CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`realm_id` text NOT NULL,
	`owner_type` text NOT NULL,
	`owner` text NOT NULL,
	`prefix` text NOT NULL,
	`key_hash` text NOT NULL,
	`note` text,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`expires_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_by_hash` ON `api_keys` (`key_hash`);--> statement-breakpoint
CREATE INDEX `api_keys_by_owner` ON `api_keys` (`realm_id`,`owner_type`,`owner`);--> statement-breakpoint
CREATE TABLE `audit_anchors` (
	`realm_id` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `audit_events` (
	`realm_id` text NOT NULL,
	`seq` integer NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`type` text NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text,
	`user_id` text,
	`client_id` text,
	`body` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`realm_id`, `seq`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_events_by_id` ON `audit_events` (`realm_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_by_user` ON `audit_events` (`realm_id`,`user_id`,`seq`);--> statement-breakpoint
CREATE TABLE `audit_pending` (
	`id` text PRIMARY KEY NOT NULL,
	`realm_id` text NOT NULL,
	`body` text NOT NULL,
	`noted_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_pending_by_age` ON `audit_pending` (`noted_at`);--> statement-breakpoint
CREATE TABLE `daily_counts` (
	`realm_id` text NOT NULL,
	`day` text NOT NULL,
	`metric` text NOT NULL,
	`label` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`realm_id`, `day`, `metric`, `label`)
);
--> statement-breakpoint
CREATE TABLE `client_origins` (
	`realm_id` text NOT NULL,
	`origin` text NOT NULL,
	`client_id` text NOT NULL,
	PRIMARY KEY(`realm_id`, `origin`, `client_id`)
);
--> statement-breakpoint
CREATE TABLE `clients` (
	`integration_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`client_id` text NOT NULL,
	`realm_id` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`first_party` integer NOT NULL,
	`secret_hash` text,
	`sealed_secret` text,
	`registration_token_hash` text,
	`used_at` integer,
	`metadata` text NOT NULL,
	`disabled_at` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `clients_by_client_id` ON `clients` (`client_id`);--> statement-breakpoint
CREATE INDEX `clients_by_realm` ON `clients` (`realm_id`,`integration_id`);--> statement-breakpoint
CREATE INDEX `clients_never_used` ON `clients` (`updated_at`) WHERE registration_token_hash is not null and used_at is null;--> statement-breakpoint
CREATE TABLE `domains` (
	`host` text PRIMARY KEY NOT NULL,
	`realm_id` text NOT NULL,
	FOREIGN KEY (`realm_id`) REFERENCES `realms`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `domains_by_realm` ON `domains` (`realm_id`);--> statement-breakpoint
CREATE TABLE `key_sweeps` (
	`id` integer PRIMARY KEY NOT NULL,
	`key_id` text NOT NULL,
	`since` integer NOT NULL,
	`round` integer NOT NULL,
	`round_begun_at` integer NOT NULL,
	`round_ended_at` integer,
	`stage` text NOT NULL,
	`after` integer NOT NULL,
	`users` integer NOT NULL,
	`rewrapped` integer NOT NULL,
	`lost` integer NOT NULL,
	`moved_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `linked_accounts` (
	`realm_id` text NOT NULL,
	`source` text NOT NULL,
	`source_id` text NOT NULL,
	`user_id` integer NOT NULL,
	`status` text NOT NULL,
	`metadata` text NOT NULL,
	`linked_at` integer NOT NULL,
	PRIMARY KEY(`realm_id`, `source`, `source_id`)
);
--> statement-breakpoint
CREATE INDEX `linked_accounts_by_user` ON `linked_accounts` (`realm_id`,`user_id`);--> statement-breakpoint
CREATE TABLE `passkeys` (
	`realm_id` text NOT NULL,
	`id_hash` text NOT NULL,
	`user_id` integer NOT NULL,
	PRIMARY KEY(`realm_id`, `id_hash`)
);
--> statement-breakpoint
CREATE INDEX `passkeys_by_user` ON `passkeys` (`realm_id`,`user_id`);--> statement-breakpoint
CREATE TABLE `providers` (
	`realm_id` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`purposes` text NOT NULL,
	`client_id` text NOT NULL,
	`sealed_client_secret` text,
	`settings` text NOT NULL,
	`disabled_at` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`realm_id`, `name`)
);
--> statement-breakpoint
CREATE TABLE `realm_moves` (
	`realm_id` text PRIMARY KEY NOT NULL,
	`from_shard` text NOT NULL,
	`to_shard` text NOT NULL,
	`state` text NOT NULL,
	`step` integer NOT NULL,
	`table_name` text,
	`cursor` text,
	`copied` integer NOT NULL,
	`caught_up` integer NOT NULL,
	`verified` integer NOT NULL,
	`content_hash` text NOT NULL,
	`started_at` integer NOT NULL,
	`fenced_at` integer,
	`switched_at` integer,
	`lifted_at` integer,
	`ended_at` integer,
	`moved_at` integer NOT NULL,
	`failure` text
);
--> statement-breakpoint
CREATE TABLE `realms` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`shard` text NOT NULL,
	`jurisdiction` text,
	`kind` text NOT NULL,
	`auth_domain` text NOT NULL,
	`authentication_url` text,
	`allowed_redirect_domains` text NOT NULL,
	`settings` text NOT NULL,
	`password_floor_kib` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE INDEX `realms_by_jurisdiction` ON `realms` (`jurisdiction`) WHERE jurisdiction is not null;--> statement-breakpoint
CREATE TABLE `registration_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`realm_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`note` text,
	`uses_left` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `registration_tokens_by_hash` ON `registration_tokens` (`token_hash`);--> statement-breakpoint
CREATE INDEX `registration_tokens_by_realm` ON `registration_tokens` (`realm_id`,`id`);--> statement-breakpoint
CREATE TABLE `retired_providers` (
	`realm_id` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`purposes` text NOT NULL,
	`client_id` text NOT NULL,
	`sealed_client_secret` text,
	`settings` text NOT NULL,
	`disabled_at` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`retired_at` integer NOT NULL,
	PRIMARY KEY(`realm_id`, `name`, `created_at`)
);
--> statement-breakpoint
CREATE INDEX `retired_providers_by_time` ON `retired_providers` (`retired_at`);--> statement-breakpoint
CREATE TABLE `revoked_access_tokens` (
	`realm_id` text NOT NULL,
	`token_id` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`realm_id`, `token_id`)
);
--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`kid` text PRIMARY KEY NOT NULL,
	`realm_id` text NOT NULL,
	`algorithm` text NOT NULL,
	`status` text NOT NULL,
	`public_jwk` text NOT NULL,
	`sealed_private_jwk` text NOT NULL,
	`created_at` integer NOT NULL,
	`activated_at` integer,
	`retired_at` integer,
	`expires_at` integer
);
--> statement-breakpoint
CREATE INDEX `signing_keys_by_realm` ON `signing_keys` (`realm_id`);--> statement-breakpoint
CREATE TABLE `sources` (
	`realm_id` text NOT NULL,
	`name` text NOT NULL,
	`issuer` text NOT NULL,
	`algorithm` text NOT NULL,
	`sealed_secret` text,
	`user_id_mode` text NOT NULL,
	`settings` text NOT NULL,
	`disabled_at` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`realm_id`, `name`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sources_by_issuer` ON `sources` (`realm_id`,`issuer`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY NOT NULL,
	`realm_id` text NOT NULL,
	`email` text,
	`email_verified` integer NOT NULL,
	`username` text,
	`phone_number` text,
	`phone_verified` integer NOT NULL,
	`external_id` text,
	`password_hash` text,
	`password_expires_at` integer,
	`imported_hash` text,
	`name` text,
	`first_name` text,
	`last_name` text,
	`slug` text,
	`avatar_url` text,
	`avatar_s3_key` text,
	`communication_email` text,
	`locale` text,
	`guest` integer NOT NULL,
	`guest_check_at` integer,
	`roles` text NOT NULL,
	`metadata` text NOT NULL,
	`disabled_at` integer,
	`not_before` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_by_email` ON `users` (`realm_id`,`email`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_by_username` ON `users` (`realm_id`,`username`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_by_phone_number` ON `users` (`realm_id`,`phone_number`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_by_external_id` ON `users` (`realm_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `users_by_realm` ON `users` (`realm_id`,`id`);--> statement-breakpoint
CREATE INDEX `users_guests_to_check` ON `users` (`guest_check_at`) WHERE guest_check_at is not null;--> statement-breakpoint
CREATE TABLE `vault_calls` (
	`realm_id` text NOT NULL,
	`id` text NOT NULL,
	`client_id` text NOT NULL,
	`user_id` integer NOT NULL,
	`provider` text NOT NULL,
	`mapping` text,
	`method` text NOT NULL,
	`url` text NOT NULL,
	`status` text NOT NULL,
	`code` text,
	`status_code` integer,
	`tries` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`realm_id`, `id`)
);
--> statement-breakpoint
CREATE TABLE `vault_connections` (
	`realm_id` text NOT NULL,
	`provider` text NOT NULL,
	`provider_since` integer NOT NULL,
	`user_id` integer NOT NULL,
	PRIMARY KEY(`realm_id`, `provider`, `provider_since`, `user_id`)
);
--> statement-breakpoint
CREATE TABLE `vault_health` (
	`realm_id` text NOT NULL,
	`user_id` integer NOT NULL,
	`provider` text NOT NULL,
	`client_id` text NOT NULL,
	`last_success_at` integer,
	`last_failure_at` integer,
	`last_failure` text,
	`last_status_code` integer,
	`failures` integer NOT NULL,
	PRIMARY KEY(`realm_id`, `user_id`, `provider`, `client_id`)
);
--> statement-breakpoint
CREATE TABLE `vault_mappings` (
	`realm_id` text NOT NULL,
	`client_id` text NOT NULL,
	`name` text NOT NULL,
	`definition` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`realm_id`, `client_id`, `name`)
);
--> statement-breakpoint
CREATE TABLE `vault_tallies` (
	`realm_id` text NOT NULL,
	`hour` integer NOT NULL,
	`client_id` text NOT NULL,
	`provider` text NOT NULL,
	`code` text NOT NULL,
	`count` integer NOT NULL,
	`last_at` integer NOT NULL,
	`last_call_id` text,
	`last_status_code` integer,
	`reported_at` integer,
	PRIMARY KEY(`realm_id`, `hour`, `client_id`, `provider`, `code`)
);
--> statement-breakpoint
CREATE INDEX `vault_tallies_by_hour` ON `vault_tallies` (`hour`);--> statement-breakpoint
CREATE TABLE `webhook_deliveries` (
	`webhook_id` text NOT NULL,
	`event_id` text NOT NULL,
	`realm_id` text NOT NULL,
	`type` text NOT NULL,
	`body` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`log` text NOT NULL,
	`created_at` integer NOT NULL,
	`next_attempt_at` integer,
	PRIMARY KEY(`webhook_id`, `event_id`)
);
--> statement-breakpoint
CREATE INDEX `webhook_deliveries_by_age` ON `webhook_deliveries` (`created_at`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_due` ON `webhook_deliveries` (`next_attempt_at`);--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` text PRIMARY KEY NOT NULL,
	`realm_id` text NOT NULL,
	`owner_type` text NOT NULL,
	`owner` text NOT NULL,
	`url` text NOT NULL,
	`events` text,
	`description` text,
	`sealed_secret` text NOT NULL,
	`sealed_old_secret` text,
	`old_secret_until` integer,
	`disabled_at` integer,
	`disabled_reason` text,
	`failing_since` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `webhooks_by_realm` ON `webhooks` (`realm_id`);