import { counter } from "./counted.ts";
import type { MailTexts } from "./mail-en.ts";

const count = counter("es");
const inMinutes = (minutes: number): string => count(minutes, "minuto", "minutos");
const inHours = (hours: number): string => count(hours, "hora", "horas");

export const mailEs: MailTexts = {
  sentBy: (realm, host) => `Enviado por ${realm}, ${host}`,
  linkInstead: "Si el botón no funciona, abra esta dirección:",

  mailbox: {
    title: "Correos y mensajes de texto",
    titleFor: (recipient) => `Mensajes para ${recipient}`,
    lead: "Nada sale de esta máquina. El más reciente va primero.",
    empty: "Todavía no hay nada.",
    textMessage: "Mensaje de texto",
    to: "para",
    asHtml: "en HTML",
  },

  oneTimeCode: {
    subject: (realm) => `Su código para ${realm}`,
    heading: "Su código",
    lead: (realm) => `Escríbalo en ${realm} para continuar.`,
    newcomer: (realm) => `Escríbalo en ${realm} para crear su cuenta.`,
    rules: (minutes) =>
      `Sirve una vez, en el plazo de ${inMinutes(minutes)}. Quien lo tenga puede iniciar sesión en su nombre: no se lo dé a nadie. Nosotros nunca se lo pedimos.`,
    ignore: "Si no lo pidió, no tiene que hacer nada.",
    text: (code, realm, minutes) =>
      `${code} es su código para ${realm}. Sirve una vez, en el plazo de ${inMinutes(minutes)}. No se lo dé a nadie.`,
  },

  addressCode: {
    subject: (realm) => `Confirme su dirección para ${realm}`,
    heading: "¿Es esta su dirección?",
    lead: (realm) =>
      `Alguien con sesión iniciada en ${realm} quiere usar esta dirección para su cuenta. Si es usted, escriba allí este código.`,
    rules: (minutes) => `Sirve una vez, en el plazo de ${inMinutes(minutes)}. Nunca lo pedimos en ningún otro lugar.`,
    ignore: "Si no es usted, no haga nada: sin el código no se usará esta dirección.",
    text: (code, realm, minutes) =>
      `${code} confirma este número para su cuenta en ${realm}. Sirve una vez, en el plazo de ${inMinutes(minutes)}. No se lo dé a nadie.`,
  },

  verificationLink: {
    subject: (realm) => `Confirme su dirección para ${realm}`,
    heading: "Confirme su dirección",
    lead: (realm) => `Se creó una cuenta en ${realm} con esta dirección. Confirme que es suya.`,
    button: "Confirmar mi dirección",
    rules: (hours) => `El enlace sirve una vez, en el plazo de ${inHours(hours)}.`,
    ignore: "Si no creó esta cuenta, no abra el enlace: confirmaría la cuenta de otra persona.",
  },

  passwordReset: {
    subject: (realm) => `Elija una contraseña nueva para ${realm}`,
    heading: "Elija una contraseña nueva",
    lead: (realm) => `Alguien, esperamos que usted, pidió una contraseña nueva para su cuenta en ${realm}.`,
    codeLead: "Si se le pidió un código, escriba este:",
    button: "Elegir una contraseña nueva",
    rules: (linkMinutes, codeMinutes) =>
      `El enlace sirve una vez, en el plazo de ${inMinutes(linkMinutes)}; el código, en el de ${inMinutes(codeMinutes)}. No se los dé a nadie.`,
    linkRules: (minutes) => `El enlace sirve una vez, en el plazo de ${inMinutes(minutes)}. No se lo dé a nadie.`,
    ignore: "Si no fue usted, no haga nada: su contraseña queda como está.",
    text: (code, realm, minutes) =>
      `${code} es su código para elegir una contraseña nueva en ${realm}. Sirve una vez, en el plazo de ${inMinutes(minutes)}. No se lo dé a nadie.`,
  },

  passwordChanged: {
    subject: (realm) => `Se cambió su contraseña de ${realm}`,
    heading: "Se cambió su contraseña",
    lead: (realm) =>
      `La contraseña de su cuenta en ${realm} se acaba de cambiar. Se cerró la sesión en sus otros dispositivos.`,
    alarm: "Si no fue usted, elija otra enseguida:",
    button: "Elegir una contraseña nueva",
    text: (realm) => `Se cambió la contraseña de su cuenta en ${realm}. Si no fue usted, elija otra enseguida.`,
  },

  addressChanged: {
    email: {
      subject: (realm) => `Se cambió su dirección de correo en ${realm}`,
      heading: "Se cambió su dirección de correo",
      lead: (realm) =>
        `Su cuenta en ${realm} tiene desde ahora otra dirección de correo. Los mensajes sobre su cuenta irán allí.`,
    },
    phone: {
      subject: (realm) => `Se cambió su número de teléfono en ${realm}`,
      heading: "Se cambió su número de teléfono",
      lead: (realm) => `Su cuenta en ${realm} tiene desde ahora otro número de teléfono.`,
    },
    alarm: (realm) => `Si no fue usted, avise enseguida a los responsables de ${realm}.`,
  },

  factorsChanged: {
    subject: (realm) => `Se cambió su forma de iniciar sesión en ${realm}`,
    heading: "Se cambió su forma de iniciar sesión",
    leads: {
      "tfa-enabled": (realm) => `Se activó la verificación en dos pasos en su cuenta de ${realm}.`,
      "tfa-disabled": (realm) => `Se desactivó la verificación en dos pasos en su cuenta de ${realm}.`,
      "tfa-reset": (realm) =>
        `Los responsables de ${realm} quitaron de su cuenta la verificación en dos pasos y todas las llaves de acceso.`,
      "recovery-code-used": (realm) => `Se usó un código de recuperación para iniciar sesión en su cuenta de ${realm}.`,
      "recovery-codes-renewed": (realm) =>
        `Se crearon códigos de recuperación nuevos para su cuenta de ${realm}. Los anteriores ya no sirven.`,
      "passkey-added": (realm) => `Se añadió una llave de acceso a su cuenta de ${realm}.`,
      "passkey-removed": (realm) => `Se quitó una llave de acceso de su cuenta de ${realm}.`,
    },
    alarm: (realm) => `Si no fue usted, cambie su contraseña y avise enseguida a los responsables de ${realm}.`,
    textAlarm: "Si no fue usted, cambie su contraseña enseguida.",
  },

  newDevice: {
    subject: (realm) => `Un dispositivo nuevo ha iniciado sesión en su cuenta de ${realm}`,
    heading: "Un dispositivo nuevo ha iniciado sesión",
    lead: (realm) => `Un dispositivo que no se había usado antes ha iniciado sesión en su cuenta de ${realm}.`,
    alarm:
      "Si ha sido usted, no tiene que hacer nada. Si no, cierre la sesión del dispositivo y cambie la contraseña de inmediato:",
    button: "Ver sus dispositivos",
    device: (name) => `Dispositivo: ${name}`,
    network: (network) => `Red: ${network}`,
    time: (time) => `Hora: ${time}`,
  },

  theft: {
    subject: (realm) => `Un acceso a su cuenta de ${realm} se usó dos veces`,
    heading: "Un acceso se usó dos veces",
    lead: (realm) =>
      `El acceso de una aplicación a su cuenta de ${realm} se usó por segunda vez, como ocurre cuando alguien lo ha copiado. Hemos cancelado ese acceso.`,
    alarm:
      "Quizá tenga que volver a entrar allí. Si entre sus dispositivos hay uno que no conoce, cierre su sesión y cambie la contraseña:",
    application: (name) => `Aplicación: ${name}`,
  },

  failedCalls: {
    subject: (realm) => `Fallaron llamadas a proveedores en ${realm}`,
    heading: "Fallaron llamadas a proveedores",
    lead: (realm) => `Estas llamadas de la bóveda de tokens de ${realm} fallaron desde el último informe.`,
    line: ({ count: times, provider, clientId, code, statusCode, lastCallId }) =>
      `${provider}, aplicación ${clientId}: ${code} ${count(times, "vez", "veces")}${statusCode === null ? "" : `, última respuesta ${statusCode}`}. Última llamada: ${lastCallId}`,
    more: (others) => `Y ${count(others, "tipo más", "tipos más")} de fallos.`,
    where: "El registro de llamadas los conserva todos durante siete días.",
  },

  consents: {
    subject: (realm) => `Consentimientos en la bóveda de tokens de ${realm}`,
    heading: "Consentimientos en la bóveda de tokens",
    lead: (realm) =>
      `Lo que las personas han permitido usar a las aplicaciones en otros servicios, o les han retirado, desde el último informe de ${realm}.`,
    line: ({ count: times, provider, clientId, code }) =>
      `${provider}, aplicación ${clientId}: ${code} ${count(times, "vez", "veces")}`,
    more: (others) => `Y ${count(others, "tipo más", "tipos más")} de consentimientos.`,
    where: "El registro de auditoría contiene cada conexión iniciada o terminada.",
  },

  accountChanged: {
    subjects: {
      "account-linked": (realm) => `Se conectó una cuenta con la suya en ${realm}`,
      "account-unlinked": (realm) => `Se desconectó una cuenta de la suya en ${realm}`,
      "device-linked": (realm) => `Se conectó un dispositivo a su cuenta de ${realm}`,
      "username-changed": (realm) => `Se cambió su nombre de usuario en ${realm}`,
      "data-downloaded": (realm) => `Se descargaron sus datos de ${realm}`,
      "account-deleted": (realm) => `Su cuenta de ${realm} está eliminada`,
    },
    headings: {
      "account-linked": "Se conectó una cuenta",
      "account-unlinked": "Se desconectó una cuenta",
      "device-linked": "Se conectó un dispositivo",
      "username-changed": "Se cambió su nombre de usuario",
      "data-downloaded": "Se descargaron sus datos",
      "account-deleted": "Su cuenta está eliminada",
    },
    leads: {
      "account-linked": (realm) =>
        `Otra cuenta suya se conectó con su cuenta de ${realm}. Quien pueda entrar en ella también podrá entrar aquí.`,
      "account-unlinked": (realm) =>
        `Una cuenta de otro sitio se desconectó de su cuenta de ${realm}. Ya no permite iniciar sesión aquí.`,
      "device-linked": (realm) =>
        `Un dispositivo se conectó a su cuenta de ${realm}. Mantendrá la sesión hasta que usted la cierre en su cuenta.`,
      "username-changed": (realm) => `Su cuenta de ${realm} tiene desde ahora otro nombre de usuario.`,
      "data-downloaded": (realm) => `Se acaba de descargar una copia de lo que contiene su cuenta de ${realm}.`,
      "account-deleted": (realm) =>
        `Su cuenta de ${realm} se eliminó, como usted pidió, con todo lo que le pertenecía.`,
    },
    farewell: (realm) => `Este es el último mensaje sobre ella. Si no fue usted, avise a los responsables de ${realm}.`,
  },
};
