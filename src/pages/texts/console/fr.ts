import { auditFr } from "./audit-fr.ts";
import { clientsFr } from "./clients-fr.ts";
import type { consoleEn } from "./en.ts";
import { lookFr } from "./look-fr.ts";
import { providersFr } from "./providers-fr.ts";
import { realmsFr } from "./realms-fr.ts";
import { sourcesFr } from "./sources-fr.ts";
import { tryFr } from "./try-fr.ts";
import { usersFr } from "./users-fr.ts";
import { vaultFr } from "./vault-fr.ts";
import { webhooksFr } from "./webhooks-fr.ts";

export const consoleFr: typeof consoleEn = {
  navigation: "Console",
  places: {
    realms: "Tous les espaces",
    "all-figures": "Chiffres de tous les espaces",
    overview: "Aperçu",
    figures: "Chiffres",
    domains: "Noms de domaine",
    settings: "Réglages",
    look: "Apparence",
    users: "Utilisateurs",
    clients: "Applications",
    "registration-tokens": "Jetons d’inscription",
    providers: "Fournisseurs de connexion",
    sources: "Produits principaux",
    webhooks: "Webhooks",
    keys: "Clés de signature",
    calls: "Appels aux fournisseurs",
    events: "Journal d’audit",
  },
  refused: {
    title: "La console est réservée aux opérateurs",
    lead: "Vous êtes connecté, mais ce compte n’a aucun rôle qui ouvre la console.",
    next: "Demandez le rôle admin ou sysadmin à un administrateur, ou connectez-vous avec un autre compte.",
    home: "Aller à l’accueil",
  },
  secondFactor: {
    text: "Cet espace gère tout le déploiement. Connectez-vous avec deux facteurs pour voir les autres.",
    setUp: "Activer la validation en deux étapes",
    prove: "Montrer le second facteur maintenant",
  },
  form: {
    standard: (value) => `Si vide\u00a0: ${value}`,
    nothing: "rien",
    on: "oui",
    off: "non",
    unchanged: "selon le modèle",
    reset: "Valeur par défaut",
    save: "Enregistrer",
    cancel: "Annuler",
    notJson: "Ce n’est pas du JSON.",
    notNumber: "Ce n’est pas un nombre.",
    typedWrong: "Recopiez exactement ce qui est affiché.",
    typeToConfirm: "Pour confirmer, recopiez",
    seconds: "secondes",
    perMinute: "par minute",
    perHour: "par heure",
  },
  list: {
    filter: "Filtrer cette liste",
    filters: "Filtre",
    show: "Afficher",
    showAll: "Tout afficher",
    search: "Chercher",
    searchLabel: "Nom ou domaine",
    next: "Page suivante",
    first: "Retour à la première page",
    actions: "Actions",
  },
  copy: "Copier",
  copied: "Copié",
  done: {
    saved: "Enregistré.",
    created: "Créé.",
    removed: "Supprimé.",
    reset: "La valeur par défaut est rétablie.",
    "realm-created":
      "L’espace est créé. Ses domaines doivent mener ici pour qu’on puisse s’en servir\u00a0: vérifiez-les sous Noms de domaine.",
    "publisher-created": "Les deux espaces sont créés. Voici celui des rédacteurs.",
    "domain-added": "Le domaine appartient désormais à cet espace. Vérifiez ci-dessous qu’il mène ici.",
    "keys-rotated": "Les clés suivantes signent désormais.",
    "session-ended": "La session a pris fin.",
    "sessions-ended": "Toutes les sessions et tous les jetons ont pris fin.",
    merged: "Les deux comptes n’en font plus qu’un.",
    "reset-mailed": "Un lien pour un nouveau mot de passe est en route.",
    "factors-reset": "Les seconds facteurs sont retirés, et toutes les sessions ont pris fin.",
    "consent-revoked": "L’accord est repris.",
    disconnected: "Le compte ailleurs est déconnecté.",
    replayed: "C’est reparti.",
    "key-revoked": "La clé est retirée. Ce qu’elle a signé ne vaut plus rien.",
  },
  problems: {
    "version-outdated":
      "Quelqu’un d’autre a changé cela entre-temps. Votre saisie est ci-dessous\u00a0; rouvrez la page pour voir la sienne.",
    "validation-failed": "Des champs manquent ou ne sont pas valides. Chacun dit pourquoi.",
    invalid_redirect_uri: "Une adresse n’est pas acceptable. Le champ dit pourquoi.",
    invalid_client_metadata: "Des champs ne vont pas ensemble. Chacun dit pourquoi.",
    "domain-already-in-realm": "Un domaine appartient déjà à un autre espace.",
    "reauthentication-required": "Confirmez d’abord que c’est vous\u00a0: reconnectez-vous, puis recommencez.",
    "cross-site-request": "Cette requête venait d’un autre site et a été refusée.",
    forbidden: "Ce compte n’y est pas autorisé.",
    "not-found": "Cela n’existe pas, ou a été supprimé entre-temps.",
    "key-in-use": "Cette clé signe en ce moment. Faites d’abord la rotation, puis retirez-la.",
    "storage-unavailable": "Les stockages ne répondent pas. Rien n’a changé\u00a0; réessayez.",
  },
  realms: realmsFr,
  look: lookFr,
  clients: clientsFr,
  providers: providersFr,
  trial: tryFr,
  users: usersFr,
  sources: sourcesFr,
  webhooks: webhooksFr,
  vault: vaultFr,
  audit: auditFr,
};
