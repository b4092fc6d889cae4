import type { connectEn } from "./connect-en.ts";

export const connectFr: typeof connectEn = {
  title: "Comptes connectés",
  lead: (app) => `Choisissez lesquels de vos comptes ${app} peut utiliser pour vous.`,
  none: "Il n’y a rien à connecter ici.",
  states: {
    connected: "Connecté",
    expired: "N’est plus connecté : connectez-le de nouveau.",
    "more-needed": "Connecté, mais davantage est demandé à présent : connectez-le de nouveau.",
    none: "Non connecté",
  },
  connect: (label) => `Connecter ${label}`,
  reconnect: (label) => `Connecter ${label} de nouveau`,
  disconnect: (label) => `Déconnecter ${label}`,
  problem: "Le compte n’a pas été connecté. Vous pouvez réessayer.",
  declined: "Vous avez refusé, rien n’a donc été connecté.",
  back: "Retour",
  key: {
    title: (label) => `Connecter ${label}`,
    lead: (app) => `${app} utilisera cette clé pour vous. Elle est conservée scellée et n’est montrée à personne.`,
    label: "Votre clé",
    where: "Où trouver la clé",
    submit: "Connecter",
    cancel: "Annuler",
    problems: {
      missing: "Saisissez la clé.",
      refused: "Le fournisseur n’accepte pas cette clé.",
      unavailable: "Le fournisseur ne répond pas. Réessayez dans un instant.",
    },
  },
  done: {
    connectedTitle: "Compte connecté",
    refusedTitle: "Compte non connecté",
    connected: "Vous pouvez fermer cette fenêtre et continuer dans l’application.",
    refused: "Rien n’a été connecté. Fermez cette fenêtre et réessayez dans l’application.",
  },
};
