import type { deviceEn } from "./device-en.ts";

const times = new Intl.RelativeTimeFormat("fr");

export const deviceFr: typeof deviceEn = {
  title: "Connecter un appareil",
  lead: "Saisissez le code affiché par votre téléviseur, votre console ou un autre appareil.",
  code: "Code affiché par l’appareil",
  codeHint: "Huit lettres, par exemple BCDF-GHJK. Le trait d’union est facultatif.",
  submit: "Continuer",
  problems: {
    missing: "Saisissez le code.",
    "wrong-code": "Aucun appareil n’attend avec ce code. Comparez-le avec celui qui est affiché maintenant.",
  },
  confirm: {
    title: (client) => `Connecter ${client} à votre compte\u00a0?`,
    lead: "Continuez seulement si l’appareil devant vous affiche ce code\u00a0:",
    willBeAble: (client) => `Sur cet appareil, ${client} pourra`,
    noScopes: "Savoir que vous avez un compte ici",
    device: "Appareil",
    asked: "Demandé",
    ago: (seconds) =>
      seconds < 60 ? times.format(-seconds, "second") : times.format(-Math.floor(seconds / 60), "minute"),
    caution:
      "Quelqu’un vous a envoyé ce code, ou un lien qui le contient\u00a0? Alors refusez\u00a0: il entrerait dans votre compte.",
    allow: "Autoriser",
    deny: "Refuser",
  },
  done: {
    titles: {
      connected: "Votre appareil est connecté",
      refused: "L’appareil n’a pas été connecté",
      "session-limit": "Trop d’appareils",
      "too-late": "Ce code n’est plus valable",
    },
    leads: {
      connected: "Revenez-y\u00a0: il continue de lui-même dans quelques secondes. Vous pouvez fermer cette page.",
      refused: "Il n’a pas reçu d’accès à votre compte. Vous pouvez fermer cette page.",
      "session-limit":
        "Votre compte est connecté sur trop d’appareils. Déconnectez l’un d’eux, puis recommencez sur celui-ci.",
      "too-late": "Il a expiré, ou quelqu’un a déjà décidé. Demandez un nouveau code à l’appareil.",
    },
    another: "Connecter un autre appareil",
  },
};
