import { counter } from "../counted.ts";
import type { vaultEn } from "./vault-en.ts";

const number = counter("bn");

export const vaultBn: typeof vaultEn = {
  calls: {
    title: "প্রদানকারীদের কাছে কল",
    lead: "মানুষের অন্য জায়গার অ্যাকাউন্ট দিয়ে অ্যাপ্লিকেশন যা করেছে, সবচেয়ে নতুনটি আগে।",
    caption: "কল",
    filter: "ছাঁকুন",
    user: "ব্যবহারকারী (id)",
    provider: "প্রদানকারী",
    client: "অ্যাপ্লিকেশন (ক্লায়েন্ট id)",
    status: "কেমন হয়েছে",
    any: "যেকোনো",
    success: "সফল",
    error: "ব্যর্থ",
    show: "দেখান",
    at: "কখন",
    call: "কল",
    who: "অ্যাপ্লিকেশন ও ব্যবহারকারী",
    outcome: "উত্তর",
    tries: (count: number) => number(count, "বার চেষ্টা", "বার চেষ্টা"),
    empty: "এখনো কোনো কল নেই।",
    mappings: "একাধিক প্রদানকারীর ওপর পদ্ধতি",
  },
  mappings: {
    title: "একাধিক প্রদানকারীর ওপর পদ্ধতি",
    lead: "অ্যাপ্লিকেশন যা লিখেছে: একাধিক প্রদানকারীর জন্য একটি ইন্টারফেস। তারা নিজেদের কী দিয়ে এগুলো বদলায়।",
    caption: "ম্যাপিং",
    name: "নাম",
    client: "অ্যাপ্লিকেশন",
    providers: "প্রদানকারী",
    changed: "শেষ পরিবর্তন",
    definition: "সংজ্ঞা",
    empty: "কোনো অ্যাপ্লিকেশন একটিও লেখেনি।",
    calls: "প্রদানকারীদের কাছে কল",
  },
  connections: {
    title: "অন্য জায়গার অ্যাকাউন্ট যা অ্যাপ্লিকেশন ব্যবহার করতে পারে",
    caption: "এই ব্যবহারকারীর সংযোগ",
    provider: "প্রদানকারী",
    client: "অ্যাপ্লিকেশন",
    state: "অবস্থা",
    active: "সক্রিয়",
    expired: "নতুন করে সম্মতি দিতে হবে",
    since: "কবে থেকে",
    error: (code: string) => `শেষ রিফ্রেশ ব্যর্থ: ${code}`,
    disconnect: "বিচ্ছিন্ন করুন",
    disconnectConfirm: "বিচ্ছিন্ন করবেন? অ্যাপ্লিকেশন এই অ্যাকাউন্ট হারাবে; ব্যবহারকারী আবার যুক্ত করতে পারবেন।",
    empty: "একটিও যুক্ত নেই।",
  },
};
