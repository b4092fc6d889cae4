import type { connectEn } from "./connect-en.ts";

export const connectFr: typeof connectEn = {
  title: "Comptes reliés",
  lead: (app) => `Choisissez lesquels de vos comptes ${app} peut utiliser pour vous.`,
  none: "Il n’y a rien à relier ici.",
  states: {
    connected: "Relié",
    expired: "N’est plus relié\u00a0: reliez-le de nouveau.",
    "more-needed": "Relié, mais l’application demande davantage\u00a0: reliez-le de nouveau.",
    none: "Non relié",
  },
  connect: (label) => `Relier ${label}`,
  reconnect: (label) => `Relier ${label} de nouveau`,
  disconnect: (label) => `Détacher ${label}`,
  problem: "Le compte n’a pas été relié. Vous pouvez réessayer.",
  declined: "Vous avez refusé, rien n’a donc été relié.",
  key: {
    title: (label) => `Relier ${label}`,
    lead: (app) => `${app} utilisera cette clé pour vous. Elle est conservée scellée et n’est montrée à personne.`,
    label: "Votre clé",
    where: "Où trouver la clé",
    submit: "Relier",
    cancel: "Annuler",
    problems: {
      missing: "Saisissez la clé.",
      refused: "Le fournisseur n’accepte pas cette clé.",
      unavailable: "Le fournisseur ne répond pas. Réessayez dans un instant.",
    },
  },
  done: {
    connectedTitle: "Compte relié",
    refusedTitle: "Compte non relié",
    connected: "Vous pouvez fermer cette fenêtre et continuer dans l’application.",
    refused: "Rien n’a été relié. Fermez cette fenêtre et réessayez dans l’application.",
  },
};
