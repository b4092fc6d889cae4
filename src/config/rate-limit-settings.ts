import * as z from "zod";
import { described, int } from "./schemas.ts";

const perMinute = int(0, 1_000_000);

/** A limit that the realm may lift. */
const aMinute = (usual: number, what: string) =>
  described(perMinute.default(usual), `${what}, approximately; 0 lifts the limit.`);

/** How often what may be asked, per address, account, key, recipient and realm. A part of a realm's settings. */
export const rateLimitsSchema = z
  .strictObject({
    sign_in_per_address_per_minute: aMinute(600, "Sign-in attempts allowed per address and minute"),
    sign_up_per_address_per_minute: aMinute(300, "Sign-ups allowed per address and minute"),
    guests_per_address_per_minute: aMinute(300, "Guests made for one address a minute"),
    guests_per_realm_per_minute: aMinute(3000, "Guests made in the realm a minute"),
    wrong_secrets_per_address_per_minute: described(
      int(10, 1_000_000).default(60),
      "Wrong client secrets allowed per address and minute, approximately.",
    ),
    client_documents_per_address_per_minute: aMinute(30, "Documents of clients fetched for one address a minute"),
    client_documents_per_realm_per_minute: aMinute(600, "Documents of clients fetched for the realm a minute"),
    client_registrations_per_address_per_minute: aMinute(
      20,
      "Clients that one address may register by itself, and changes of such registrations, a minute",
    ),
    session_checks_per_key_per_minute: described(
      int(1, 100_000).default(100),
      "Sessions and tokens that one API key may ask about in any minute, exactly.",
    ),
    vault_calls_per_client_per_minute: described(
      int(0, 100_000).default(3000),
      "Calls and methods of the token vault that one application may make in any minute, exactly; 0 lifts the limit.",
    ),
    vault_calls_per_user_per_minute: described(
      int(0, 100_000).default(0),
      "Of these, those that may be made for one user, by whichever applications, exactly; 0 sets no such limit.",
    ),
    password_failures_before_delay: described(
      int(3, 9).default(8),
      "Wrong passwords in a row on one account before each further try has to wait.",
    ),
    password_first_delay_seconds: described(
      int(1, 3600).default(30),
      "The first wait after too many wrong passwords; it doubles with each further failure.",
    ),
    password_longest_delay_seconds: described(
      int(60, 86_400).default(900),
      "The longest such wait, so that nobody can lock another person out for long.",
    ),
    second_factor_failures_before_delay: described(
      int(3, 9).default(5),
      "Wrong codes of the second factor in a row on one account before each further try has to wait.",
    ),
    second_factor_first_delay_seconds: described(
      int(1, 3600).default(30),
      "The first wait after too many wrong codes of the second factor; it doubles with each further failure.",
    ),
    second_factor_longest_delay_seconds: described(
      int(60, 86_400).default(3600),
      "The longest such wait. Only somebody who has proven the first factor can bring it about.",
    ),
    device_authorizations_per_address_per_minute: aMinute(300, "Devices that may begin to wait per address and minute"),
    user_codes_per_realm_per_minute: described(
      int(10, 1_000_000).default(1200),
      "Codes of devices, right or wrong, that are looked up in the realm a minute, approximately.",
    ),
    messages_per_address_per_minute: aMinute(300, "Mails and text messages asked for per caller's address and minute"),
    messages_per_realm_per_minute: aMinute(3000, "Mails and text messages asked for in the realm a minute"),
    messages_per_recipient_per_hour: described(
      int(1, 1000).default(5),
      "Mails or text messages of one kind that one recipient gets in an hour.",
    ),
  })
  .prefault({});
