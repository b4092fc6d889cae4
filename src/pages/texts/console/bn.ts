import { auditBn } from "./audit-bn.ts";
import { clientsBn } from "./clients-bn.ts";
import type { consoleEn } from "./en.ts";
import { lookBn } from "./look-bn.ts";
import { providersBn } from "./providers-bn.ts";
import { realmsBn } from "./realms-bn.ts";
import { sourcesBn } from "./sources-bn.ts";
import { tryBn } from "./try-bn.ts";
import { usersBn } from "./users-bn.ts";
import { vaultBn } from "./vault-bn.ts";
import { webhooksBn } from "./webhooks-bn.ts";

export const consoleBn: typeof consoleEn = {
  navigation: "কনসোল",

  places: {
    realms: "সব রেল্ম",
    "all-figures": "সব রেল্মের পরিসংখ্যান",
    overview: "সারসংক্ষেপ",
    figures: "পরিসংখ্যান",
    domains: "ডোমেইন",
    settings: "সেটিংস",
    look: "চেহারা",
    users: "ব্যবহারকারী",
    clients: "অ্যাপ্লিকেশন",
    "registration-tokens": "নিবন্ধন টোকেন",
    providers: "সাইন ইন প্রদানকারী",
    sources: "মূল পণ্য",
    webhooks: "ওয়েবহুক",
    keys: "স্বাক্ষরের কী",
    calls: "প্রদানকারীদের কাছে কল",
    events: "অডিট লগ",
  },

  refused: {
    title: "কনসোলটি অপারেটরদের জন্য",
    lead: "আপনি সাইন ইন করে আছেন, কিন্তু এই অ্যাকাউন্টের এমন কোনো ভূমিকা নেই যার জন্য কনসোলটি।",
    next: "এই রেল্মের সিস্টেম প্রশাসকের কাছে admin বা sysadmin ভূমিকা চান, অথবা অন্য অ্যাকাউন্ট দিয়ে সাইন ইন করুন।",
    home: "প্রথম পাতায় যান",
  },

  secondFactor: {
    text: "এই রেল্ম পুরো স্থাপনাটি পরিচালনা করে। অন্য রেল্মগুলো দেখতে দুই ধাপে সাইন ইন করুন।",
    setUp: "দুই ধাপের যাচাই চালু করুন",
    prove: "এখন দ্বিতীয় ধাপটি সারুন",
  },

  form: {
    standard: (value: string) => `খালি রাখলে: ${value}`,
    nothing: "কিছুই না",
    on: "চালু",
    off: "বন্ধ",
    unchanged: "প্রিসেট যেমন বলে",
    reset: "ডিফল্টে ফিরুন",
    save: "সংরক্ষণ করুন",
    cancel: "বাতিল করুন",
    notJson: "এটি JSON নয়।",
    notNumber: "এটি সংখ্যা নয়।",
    typedWrong: "যেমন দেখানো হয়েছে ঠিক তেমনই লিখুন।",
    typeToConfirm: "নিশ্চিত করতে লিখুন",
    seconds: "সেকেন্ড",
    perMinute: "প্রতি মিনিটে",
    perHour: "প্রতি ঘণ্টায়",
  },

  list: {
    filter: "এই তালিকা ছাঁকুন",
    filters: "ছাঁকুন",
    show: "দেখান",
    showAll: "সবকিছু দেখান",
    search: "খুঁজুন",
    searchLabel: "নাম বা ডোমেইন",
    next: "পরের পাতা",
    first: "প্রথম পাতায় ফিরুন",
    actions: "কাজ",
  },

  copy: "কপি করুন",
  copied: "কপি হয়েছে",

  done: {
    saved: "সংরক্ষিত হয়েছে।",
    created: "তৈরি হয়েছে।",
    removed: "সরানো হয়েছে।",
    reset: "ডিফল্টে ফেরানো হয়েছে।",
    "realm-created": "রেল্মটি তৈরি। ব্যবহারের আগে এর ডোমেইনগুলোকে এখানে পৌঁছাতে হবে: “ডোমেইন”-এ দেখে নিন।",
    "publisher-created": "দুটি রেল্মই তৈরি। এটি সম্পাদকদের জন্য।",
    "domain-added": "ডোমেইনটি এখন এই রেল্মের। এটি এখানে পৌঁছায় কি না নিচে দেখে নিন।",
    "keys-rotated": "এখন থেকে পরের কীগুলো স্বাক্ষর করবে।",
    "session-ended": "সেশনটি শেষ হয়েছে।",
    "sessions-ended": "সব সেশন ও টোকেন শেষ হয়েছে।",
    merged: "দুটি অ্যাকাউন্ট এখন একটি।",
    "reset-mailed": "নতুন পাসওয়ার্ডের একটি লিংক পাঠানো হচ্ছে।",
    "factors-reset": "দ্বিতীয় ধাপগুলো সরানো হয়েছে, আর সব সেশন শেষ হয়েছে।",
    "consent-revoked": "সম্মতি ফিরিয়ে নেওয়া হয়েছে।",
    disconnected: "অন্য জায়গার অ্যাকাউন্টটি বিচ্ছিন্ন করা হয়েছে।",
    replayed: "এটি আবার পাঠানো হচ্ছে।",
    "key-revoked": "কীটি প্রত্যাহার করা হয়েছে। এটি যা স্বাক্ষর করেছিল তার আর কোনো মূল্য নেই।",
  },
  problems: {
    "version-outdated": "এর মধ্যে অন্য কেউ এটি বদলেছেন। আপনি যা লিখেছেন তা নিচে আছে; তাঁর পরিবর্তন দেখতে পাতাটি আবার খুলুন।",
    "validation-failed": "কিছু ঘর খালি বা সঠিক নয়। কী ভুল তা প্রতিটিতে লেখা আছে।",
    invalid_redirect_uri: "একটি ঠিকানা গ্রহণযোগ্য নয়। কারণটি ঘরে লেখা আছে।",
    invalid_client_metadata: "কিছু ঘর একে অন্যের সঙ্গে মেলে না। কী ভুল তা প্রতিটিতে লেখা আছে।",
    "domain-already-in-realm": "একটি ডোমেইন আগে থেকেই অন্য রেল্মের।",
    "reauthentication-required": "আগে নিশ্চিত করুন যে এটি আপনিই: আবার সাইন ইন করে কাজটি করুন।",
    "cross-site-request": "এই অনুরোধটি অন্য সাইট থেকে এসেছে এবং প্রত্যাখ্যান করা হয়েছে।",
    forbidden: "এই অ্যাকাউন্টের সেই অনুমতি নেই।",
    "not-found": "এমন কিছু নেই, অথবা এর মধ্যে সরানো হয়েছে।",
    "key-in-use": "এই কীটি এখন স্বাক্ষর করছে। আগে কী বদলান, তারপর এটি প্রত্যাহার করুন।",
    "storage-unavailable": "ভান্ডারগুলো এখন সাড়া দিচ্ছে না। কিছুই বদলানো হয়নি; আবার চেষ্টা করুন।",
  },

  realms: realmsBn,
  look: lookBn,
  clients: clientsBn,
  providers: providersBn,
  trial: tryBn,
  users: usersBn,
  sources: sourcesBn,
  webhooks: webhooksBn,
  vault: vaultBn,
  audit: auditBn,
};
