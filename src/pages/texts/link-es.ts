import type { linkEn } from "./link-en.ts";

export const linkEs: typeof linkEn = {
  title: "Ya tiene una cuenta aquí",
  lead: (source) =>
    `Tiene la misma dirección de correo que su cuenta en ${source}. Demuestre que es suya y desde ahora ambas llevarán a ella.`,
  from: "Viene de",
  there: "Su cuenta allí",
  email: "Correo electrónico",
  caution: "Continúe solo si reconoce la cuenta de allí: quien pueda entrar en ella también podrá entrar aquí.",
  signedInAs: (user) => `Aquí tiene la sesión iniciada como ${user}.`,
  password: "Contraseña de su cuenta aquí",
  connect: "Conectar las dos",
  sendCode: "Enviarme mejor un código",
  codeSent: (email) => `Hay un código en camino a ${email}. Sirve durante diez minutos.`,
  code: "Código del correo",
  fresh: "Crear mejor una cuenta nueva",
  freshHint: "Empieza vacía y sin esta dirección.",
  problems: {
    "wrong-password": "Esta contraseña no es correcta. Inténtelo de nuevo o pida un código.",
    "wrong-code": "Este código no es correcto o tiene más de diez minutos.",
    "password-missing": "Escriba la contraseña de su cuenta aquí.",
    "code-missing": "Escriba las seis cifras del correo.",
    "password-expired": "Esta contraseña se la pusieron y ha caducado. Restablézcala o pida otra.",
    "too-many-attempts": "Demasiados intentos. Espere un poco e inténtelo de nuevo.",
    "linked-elsewhere": "Estas dos no se pueden conectar: una de ellas ya está conectada con otra cuenta.",
    "session-limit": "Esta cuenta tiene sesión iniciada en demasiados dispositivos. Cierre sesión primero en uno.",
  },
};
