import type { embedEn } from "./embed-en.ts";

export const embedFr: typeof embedEn = {
  title: "Votre compte",
  signedIn: "Votre session est ouverte.",
  signedOut: "Aucune session n’est ouverte.",
  blocked: "Votre navigateur ne montre pas votre compte à ce site tant que vous ne l’autorisez pas.",
  allow: "Utiliser mon compte ici",
  signIn: "Se connecter",
  done: {
    title: "Votre session est ouverte",
    lead: "Fermez cette fenêtre et revenez au site d’où vous venez.",
  },
};
