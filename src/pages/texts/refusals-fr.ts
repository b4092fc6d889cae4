import type { RefusalTexts } from "./refusals.ts";

export const refusalsFr: RefusalTexts = {
  technical: "Message d’origine",
  sentences: {
    "nothing-here": "Il n’y a rien à cette adresse.",
    "not-this-way": "Cette adresse ne s’appelle pas ainsi.",
    "too-large": "La demande est trop volumineuse.",
    unreadable: "La demande est incomplète ou illisible.",
    "foreign-site": "Cette demande venait d’un autre site et a été refusée.",
    "form-expired": "Ce formulaire a expiré. Revenez en arrière, rechargez la page et réessayez.",
    "too-many": "Trop d’essais. Patientez un peu, puis réessayez.",
    busy: "Le service est occupé pour le moment. Réessayez dans un instant.",
    ours: "Une erreur est survenue de notre côté. Elle a été enregistrée.",
    "application-unknown": "L’application qui vous envoie n’est pas connue sur ce site.",
    "return-address": "L’adresse de retour n’est pas enregistrée pour cette application.",
    "begun-elsewhere":
      "Cette connexion a expiré, a déjà servi ou a été commencée dans un autre navigateur. Recommencez depuis l’application.",
    "sign-out-invalid": "La demande de déconnexion n’est pas valable.",
    "sign-up-closed": "Ce site n’accepte pas de nouveaux comptes.",
    forbidden: "Ce compte n’en a pas le droit.",
    "session-over": "Votre session est terminée. Connectez-vous de nouveau.",
    "link-over": "Ce lien n’est pas valable, a expiré ou a déjà servi. Recommencez là d’où vous venez.",
    "too-many-devices": "Ce compte est connecté sur trop d’appareils. Déconnectez d’abord l’un d’eux.",
    "sign-in-again": "Connectez-vous de nouveau avant de modifier ceci.",
    "set-up-expired": "Cette activation a expiré. Demandez un nouveau code QR.",
    "no-second-factor": "Ce site ne propose pas de validation en deux étapes.",
    "account-disabled": "Ce compte a été désactivé.",
    "provider-failed": "La connexion n’a pas abouti de cette façon. Réessayez, ou connectez-vous autrement.",
    "provider-off": "Ce moyen de connexion est désactivé.",
    "address-taken":
      "Un compte existe déjà avec cette adresse e-mail. Connectez-vous-y comme d’habitude, puis reliez les deux.",
    "linked-elsewhere": "Ce compte est déjà relié à une autre personne ici.",
    "request-invalid": "La demande de l’application n’est pas valable.",
  },
};
