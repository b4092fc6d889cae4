import type { deviceEn } from "./device-en.ts";

export const deviceEs: typeof deviceEn = {
  title: "Conectar un dispositivo",
  lead: "Escriba el código que muestra su televisor, consola u otro dispositivo.",
  code: "Código del dispositivo",
  codeHint: "Ocho letras, como BCDF-GHJK. El guion no importa.",
  submit: "Continuar",
  problems: {
    missing: "Escriba el código.",
    "wrong-code": "Ningún dispositivo espera con este código. Compárelo con el que muestra ahora el dispositivo.",
  },
  confirm: {
    title: (client) => `¿Conectar ${client} a su cuenta?`,
    lead: "Continúe solo si el dispositivo que tiene delante muestra este código:",
    willBeAble: (client) => `${client} podrá en ese dispositivo`,
    noScopes: "Saber que usted tiene una cuenta aquí",
    device: "Dispositivo",
    asked: "Solicitado",
    ago: (seconds) => {
      const times = new Intl.RelativeTimeFormat("es");
      return seconds < 60 ? times.format(-seconds, "second") : times.format(-Math.floor(seconds / 60), "minute");
    },
    caution: "¿Alguien le envió este código o un enlace con él? Elija Rechazar: esa persona entraría en su cuenta.",
    allow: "Permitir",
    deny: "Rechazar",
  },
  done: {
    titles: {
      connected: "Su dispositivo está conectado",
      refused: "El dispositivo se queda fuera",
      "session-limit": "Demasiados dispositivos",
      "too-late": "Este código ya no sirve",
    },
    leads: {
      connected: "Vuelva a él: continuará solo en unos segundos. Puede cerrar esta página.",
      refused: "No se le dio acceso a su cuenta. Puede cerrar esta página.",
      "session-limit":
        "Su cuenta tiene sesión iniciada en demasiados dispositivos. Cierre sesión en uno y empiece de nuevo en el dispositivo.",
      "too-late": "Ha caducado o alguien ya decidió. Pida un código nuevo en el dispositivo.",
    },
    another: "Conectar otro dispositivo",
  },
};
