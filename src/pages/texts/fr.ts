import { accountFr } from "./account-fr.ts";
import { connectFr } from "./connect-fr.ts";
import { deviceFr } from "./device-fr.ts";
import { embedFr } from "./embed-fr.ts";
import type { Texts } from "./en.ts";
import { linkFr } from "./link-fr.ts";
import { mailFr } from "./mail-fr.ts";
import { recoveryFr } from "./recovery-fr.ts";
import { refusalsFr } from "./refusals-fr.ts";
import { secondFactorFr } from "./second-factor-fr.ts";
import { shellFr } from "./shell-fr.ts";

const plural = new Intl.PluralRules("fr");
const count = (n: number, one: string, other: string) => `${n}\u00a0${plural.select(n) === "one" ? one : other}`;

function duration(seconds: number): string {
  if (seconds < 60) return count(Math.max(1, Math.ceil(seconds)), "seconde", "secondes");
  if (seconds < 3600) return count(Math.ceil(seconds / 60), "minute", "minutes");
  return count(Math.ceil(seconds / 3600), "heure", "heures");
}

export const fr: Texts = {
  language: "fr",
  direction: "ltr",

  documentTitle: (title, realm) => `${title} – ${realm}`,
  errorTitle: (title) => `Erreur\u00a0: ${title}`,
  opensInNewTab: "(s’ouvre dans un nouvel onglet)",
  continue: "Continuer",
  imprint: "Mentions légales",

  signIn: {
    title: "Se connecter",
    reauthenticateTitle: "Confirmez que c’est bien vous",
    lead: (realm) => `Avec votre compte ${realm}.`,
    leadFor: (client) => `Vous continuerez ensuite vers ${client}.`,
    identifier: "E-mail ou nom d’utilisateur",
    password: "Mot de passe",
    submit: "Se connecter",
    passkey: "Se connecter avec une clé d’accès",
    noAccount: "Première visite\u00a0?",
    signUp: "Créer un compte",
    problems: {
      "wrong-credentials": "Cet identifiant et ce mot de passe ne vont pas ensemble. Vérifiez-les, puis réessayez.",
      "password-expired":
        "Ce mot de passe, défini pour vous, a expiré. Choisissez « Mot de passe oublié ? », ou demandez-en un autre.",
      "too-many-attempts": "Trop d’essais. Patientez un peu, puis réessayez.",
      expired: "Cette page est restée ouverte trop longtemps. Connectez-vous de nouveau.",
      reauthenticate: "Votre session est déjà ouverte. Saisissez encore une fois votre mot de passe pour continuer.",
      "provider-failed": "La connexion n’a pas abouti de cette façon. Réessayez, ou connectez-vous autrement.",
      "provider-denied": "La connexion n’est pas allée jusqu’au bout. Réessayez, ou connectez-vous autrement.",
      "link-required":
        "Un compte existe déjà avec cette adresse e-mail. Connectez-vous-y ici, puis reliez les deux dans votre compte.",
    },
    tooManyAttemptsFor: (seconds) => `Trop d’essais. Réessayez dans ${duration(seconds)}.`,
  },

  providers: {
    or: "ou",
    continueWith: (label) => `Continuer avec ${label}`,
  },

  linkRequired: {
    title: "Vous avez déjà un compte ici",
    lead: "Un compte existe avec cette adresse e-mail, et il n’est pas relié à celui avec lequel vous venez.",
    next: "Connectez-vous comme d’habitude. Reliez ensuite les deux dans votre compte, pour que l’un et l’autre y mènent.",
    signIn: "Se connecter",
  },

  signUp: {
    title: "Créez votre compte",
    lead: (realm) => `Un seul compte pour tout ${realm}.`,
    leadFor: (client) => `Vous continuerez ensuite vers ${client}.`,
    name: "Nom",
    email: "E-mail",
    password: "Mot de passe",
    passwordHint: (minLength) =>
      `Au moins ${minLength} caractères. Plusieurs mots sans lien entre eux conviennent bien.`,
    submit: "Créer le compte",
    haveAccount: "Déjà un compte\u00a0?",
    signIn: "Se connecter",
    summary: "Veuillez corriger ce qui suit",
    missing: {
      name: "Saisissez votre nom.",
      email: "Saisissez votre adresse e-mail.",
      password: "Choisissez un mot de passe.",
      form: "Remplissez tous les champs.",
    },
    problems: {
      "email-invalid": "Saisissez une adresse e-mail comme nom@example.com.",
      "user-already-exists": "Un compte existe avec cette adresse e-mail. Connectez-vous plutôt.",
      "password-too-long": "Ce mot de passe est trop long. Choisissez-en un plus court.",
      "password-too-common": "Ce mot de passe est très répandu et facile à deviner. Choisissez-en un autre.",
      "password-contains-context":
        "N’utilisez ni votre nom, ni votre e-mail, ni le nom de ce site dans votre mot de passe.",
      "too-many-attempts": "Trop d’essais. Patientez un peu, puis réessayez.",
      expired: "Cette page est restée ouverte trop longtemps. Envoyez de nouveau le formulaire.",
    },
    passwordTooShort: (minLength) => `Utilisez au moins ${minLength} caractères.`,
  },

  consent: {
    title: (client) => `Autoriser ${client} à utiliser votre compte\u00a0?`,
    willBeAble: (client) => `${client} demande à`,
    signedInAs: "Avec le compte de",
    notYou: "Ce n’est pas vous\u00a0?",
    standsAt: "Connue par sa seule adresse",
    returnsTo: "Vous retournez vers",
    allow: "Autoriser",
    deny: "Refuser",
    caution: "N’acceptez que si vous en venez et lui faites confiance.",
    policy: "Politique de confidentialité",
    terms: "Conditions d’utilisation",
    scopes: {
      openid: "Vous reconnaître grâce à votre compte ici",
      profile: "Voir votre nom et votre photo de profil",
      email: "Voir votre adresse e-mail",
      phone: "Voir votre numéro de téléphone",
      address: "Voir votre adresse postale",
      roles: "Voir les rôles que vous avez ici",
      offline_access: "Garder cet accès en votre absence",
    },
  },

  signOut: {
    title: "Se déconnecter\u00a0?",
    lead: (realm) => `Votre session prendra fin sur tous les sites de ${realm} dans ce navigateur.`,
    leadFor: (client) => `${client} demande à vous déconnecter.`,
    submit: "Se déconnecter",
    stay: "Pour garder votre session ouverte, fermez cette page.",
  },

  signedOut: {
    title: "Votre session est fermée",
    lead: (realm) => `Votre session chez ${realm} est terminée. Vous pouvez fermer cette page.`,
    elsewhereTitle: "Votre session a été fermée",
    elsewhereLead:
      "Elle l’a été depuis un autre navigateur ou appareil. Si ce n’était pas vous, connectez-vous et changez votre mot de passe.",
    signInAgain: "Se reconnecter",
  },

  home: {
    signedInTitle: "Votre session est ouverte",
    signedOutTitle: (realm) => `Bienvenue chez ${realm}`,
    signedOutLead: "Une seule connexion vaut pour tous nos sites.",
    signIn: "Se connecter",
    signUp: "Créer un compte",
    signOut: "Se déconnecter",
    twoFactor: "Activer la validation en deux étapes",
    siblings: "Votre compte est aussi valable sur",
    here: (host) => `Vous êtes sur ${host}`,
  },

  error: {
    titles: {
      request: "Cela n’a pas fonctionné",
      forbidden: "Cette action n’est pas permise ici",
      missing: "Il n’y a rien ici",
      busy: "Un instant",
      ours: "Une erreur est survenue",
    },
    next: {
      request: "Retournez au site ou à l’application d’où vous venez et recommencez.",
      forbidden: "Si vous avez un autre compte, utilisez-le. Sinon, adressez-vous aux responsables de ce site.",
      missing: "Vérifiez l’adresse ou repartez de la page d’accueil.",
      busy: "Patientez une minute, puis réessayez.",
      ours: "C’est notre faute, pas la vôtre. Patientez une minute, puis réessayez.",
    },
    whatNow: "Ce que vous pouvez faire",
    ifItStays: "Si cela se reproduit, transmettez ces indications aux responsables de ce site.",
    requestId: "Référence",
    errorCode: "Code",
    status: "Statut",
    home: "Aller à la page d’accueil",
  },

  device: deviceFr,

  linkAccount: linkFr,
  connect: connectFr,
  embed: embedFr,
  shell: shellFr,
  accountPages: accountFr,

  secondFactor: secondFactorFr,

  recovery: recoveryFr,
  mail: mailFr,
  refusals: refusalsFr,

  returnTo: {
    leadsTo: "Le chemin du retour mène à",
    caution: "Personne ici n’a vérifié cette application. N’y retournez que si vous en venez.",
    goBack: "Retourner",
  },

  formPost: {
    title: "Retour en cours",
    lead: (host) => `Vous êtes redirigé vers ${host}.`,
    hint: "Si rien ne se passe, appuyez sur Continuer.",
  },

  reference: {
    version: (version) => `Version ${version}`,
    contents: "Sommaire",
    servers: "Serveurs",
    untagged: "Divers",
    schemas: "Schémas",
    parameters: "Paramètres",
    requestBody: "Corps de la requête",
    responses: "Réponses",
    headers: "En-têtes",
    authentication: "Authentification",
    noAuthentication: "aucune",
    or: "ou",
    required: "obligatoire",
    deprecated: "déconseillé",
    readOnly: "lecture seule",
    writeOnly: "écriture seule",
    defaultValue: "Par défaut",
    allowedValues: "L’une de",
    example: "Exemple",
    anyOther: "tout autre nom",
    oneOf: "L’une de ces formes",
    allOf: "Toutes à la fois",
    anything: "toute valeur",
    arrayOf: (type) => `liste de ${type}`,
  },
};
