import { accountEs } from "./account-es.ts";
import { connectEs } from "./connect-es.ts";
import { counter, roundedUp } from "./counted.ts";
import { deviceEs } from "./device-es.ts";
import { embedEs } from "./embed-es.ts";
import type { Texts } from "./en.ts";
import { linkEs } from "./link-es.ts";
import { mailEs } from "./mail-es.ts";
import { recoveryEs } from "./recovery-es.ts";
import { refusalsEs } from "./refusals-es.ts";
import { secondFactorEs } from "./second-factor-es.ts";
import { shellEs } from "./shell-es.ts";

const count = counter("es");

function duration(seconds: number): string {
  const { n, unit } = roundedUp(seconds);
  if (unit === "second") return count(n, "segundo", "segundos");
  return unit === "minute" ? count(n, "minuto", "minutos") : count(n, "hora", "horas");
}

export const es: Texts = {
  language: "es",
  direction: "ltr",

  documentTitle: (title, realm) => `${title} – ${realm}`,
  errorTitle: (title) => `Error: ${title}`,
  opensInNewTab: "(se abre en una pestaña nueva)",
  continue: "Continuar",
  imprint: "Aviso legal",

  signIn: {
    title: "Iniciar sesión",
    reauthenticateTitle: "Confirme que es usted",
    lead: (realm) => `Con su cuenta de ${realm}.`,
    leadFor: (client) => `Después continuará a ${client}.`,
    identifier: "Correo electrónico o nombre de usuario",
    password: "Contraseña",
    submit: "Iniciar sesión",
    passkey: "Iniciar sesión con una llave de acceso",
    noAccount: "¿Es su primera visita?",
    signUp: "Crear una cuenta",
    problems: {
      "wrong-credentials": "Esos datos no coinciden. Compruebe el usuario y la contraseña e inténtelo de nuevo.",
      "password-expired": "Esta contraseña se la pusieron y ha caducado. Restablézcala o pida otra.",
      "too-many-attempts": "Demasiados intentos. Espere un poco e inténtelo de nuevo.",
      expired: "Esta página estuvo abierta demasiado tiempo. Inicie sesión de nuevo.",
      reauthenticate: "Ya ha iniciado sesión. Escriba su contraseña otra vez para continuar.",
      "provider-failed": "No se pudo iniciar sesión de esa forma. Inténtelo de nuevo o elija otra.",
      "provider-denied": "No llegó hasta el final. Inténtelo de nuevo o inicie sesión de otra forma.",
      "link-required":
        "Ya existe una cuenta con esta dirección de correo. Inicie sesión en ella aquí y después conecte las dos en su cuenta.",
    },
    tooManyAttemptsFor: (seconds) => `Demasiados intentos. Inténtelo de nuevo en ${duration(seconds)}.`,
  },

  providers: {
    or: "o",
    continueWith: (label) => `Continuar con ${label}`,
  },

  linkRequired: {
    title: "Ya tiene una cuenta aquí",
    lead: "Existe una cuenta con esta dirección de correo y no está conectada con la que usted trae.",
    next: "Inicie sesión como de costumbre. Después conecte las dos en su cuenta, para que ambas lleven a ella.",
    signIn: "Iniciar sesión",
  },

  signUp: {
    title: "Cree su cuenta",
    lead: (realm) => `Una sola cuenta para todo en ${realm}.`,
    leadFor: (client) => `Después continuará a ${client}.`,
    name: "Nombre",
    email: "Correo electrónico",
    password: "Contraseña",
    passwordHint: (minLength) =>
      `Al menos ${count(minLength, "carácter", "caracteres")}. Varias palabras sin relación funcionan bien.`,
    submit: "Crear cuenta",
    haveAccount: "¿Ya tiene una cuenta?",
    signIn: "Iniciar sesión",
    summary: "Corrija lo siguiente",
    missing: {
      name: "Escriba su nombre.",
      email: "Escriba su dirección de correo.",
      password: "Elija una contraseña.",
      form: "Rellene todos los campos.",
    },
    problems: {
      "email-invalid": "Escriba una dirección de correo como nombre@example.com.",
      "user-already-exists": "Ya existe una cuenta con esta dirección de correo. Inicie sesión con ella.",
      "password-too-long": "Esta contraseña es demasiado larga. Elija una más corta.",
      "password-too-common": "Esta contraseña es muy conocida y fácil de adivinar. Elija otra.",
      "password-contains-context": "No use en la contraseña su nombre, su correo ni el nombre de este sitio.",
      "too-many-attempts": "Demasiados intentos. Espere un poco e inténtelo de nuevo.",
      expired: "Esta página estuvo abierta demasiado tiempo. Envíe el formulario de nuevo.",
    },
    passwordTooShort: (minLength) => `Use al menos ${count(minLength, "carácter", "caracteres")}.`,
  },

  consent: {
    title: (client) => `¿Permitir que ${client} use su cuenta?`,
    willBeAble: (client) => `${client} solicita`,
    signedInAs: "Sesión iniciada como",
    notYou: "¿No es usted?",
    returnsTo: "Volverá a",
    standsAt: "Se conoce solo por su dirección",
    allow: "Permitir",
    deny: "Rechazar",
    caution: "Permítalo solo si viene de allí y confía en la aplicación.",
    policy: "Política de privacidad",
    terms: "Condiciones de uso",
    scopes: {
      openid: "Reconocerle por su cuenta aquí",
      profile: "Ver su nombre y su foto de perfil",
      email: "Ver su dirección de correo",
      phone: "Ver su número de teléfono",
      address: "Ver su dirección postal",
      roles: "Ver qué roles tiene aquí",
      offline_access: "Conservar este acceso cuando usted no esté",
    },
  },

  signOut: {
    title: "¿Cerrar sesión?",
    lead: (realm) => `Su sesión terminará en todos los sitios de ${realm} en este navegador.`,
    leadFor: (client) => `${client} pide cerrar su sesión.`,
    submit: "Cerrar sesión",
    stay: "Para mantener la sesión, cierre esta página.",
  },

  signedOut: {
    title: "Ha cerrado sesión",
    lead: (realm) => `Su sesión en ${realm} ha terminado. Puede cerrar esta página.`,
    elsewhereTitle: "Se cerró su sesión",
    elsewhereLead:
      "Se cerró desde otro navegador o dispositivo. Si no fue usted, inicie sesión y cambie su contraseña.",
    signInAgain: "Iniciar sesión de nuevo",
  },

  home: {
    signedInTitle: "Ha iniciado sesión",
    signedOutTitle: (realm) => `Le damos la bienvenida a ${realm}`,
    signedOutLead: "Inicie sesión una vez y valdrá en todos nuestros sitios.",
    signIn: "Iniciar sesión",
    signUp: "Crear una cuenta",
    signOut: "Cerrar sesión",
    twoFactor: "Activar la verificación en dos pasos",
    siblings: "Su cuenta también sirve en",
    here: (host) => `Está en ${host}`,
  },

  error: {
    titles: {
      request: "Eso no funcionó",
      forbidden: "Eso no está permitido aquí",
      missing: "Aquí no hay nada",
      busy: "Un momento",
      ours: "Algo salió mal",
    },
    next: {
      request: "Vuelva al sitio o la aplicación de donde viene y empiece de nuevo.",
      forbidden: "Si tiene otra cuenta, inicie sesión con ella. Si no, pregunte a los responsables de este sitio.",
      missing: "Compruebe la dirección o empiece desde la página de inicio.",
      busy: "Espere un minuto e inténtelo de nuevo.",
      ours: "El fallo es nuestro, no suyo. Espere un minuto e inténtelo de nuevo.",
    },
    whatNow: "Qué puede hacer",
    ifItStays: "Si vuelve a ocurrir, comunique estos datos a los responsables de este sitio.",
    requestId: "Referencia",
    errorCode: "Código",
    status: "Estado",
    home: "Ir a la página de inicio",
  },

  device: deviceEs,

  linkAccount: linkEs,
  connect: connectEs,
  embed: embedEs,
  shell: shellEs,
  accountPages: accountEs,

  secondFactor: secondFactorEs,

  recovery: recoveryEs,
  mail: mailEs,
  refusals: refusalsEs,

  returnTo: {
    leadsTo: "El camino de vuelta lleva a",
    caution: "Nadie aquí ha revisado esta aplicación. Vuelva solo si viene de allí.",
    goBack: "Volver",
  },

  formPost: {
    title: "Volviendo",
    lead: (host) => `Se le está llevando a ${host}.`,
    hint: "Si no ocurre nada, pulse Continuar.",
  },

  reference: {
    version: (version) => `Versión ${version}`,
    contents: "Contenido",
    servers: "Servidores",
    untagged: "Otros",
    schemas: "Esquemas",
    parameters: "Parámetros",
    requestBody: "Cuerpo de la solicitud",
    responses: "Respuestas",
    headers: "Cabeceras",
    authentication: "Autenticación",
    noAuthentication: "ninguna",
    or: "o",
    required: "obligatorio",
    deprecated: "obsoleto",
    readOnly: "solo lectura",
    writeOnly: "solo escritura",
    defaultValue: "Valor predeterminado",
    allowedValues: "Uno de",
    example: "Ejemplo",
    anyOther: "cualquier otro nombre",
    oneOf: "Una de estas formas",
    allOf: "Todas a la vez",
    anything: "cualquier valor",
    arrayOf: (type) => `lista de ${type}`,
  },
};
