import type { connectEn } from "./connect-en.ts";

export const connectEs: typeof connectEn = {
  title: "Cuentas conectadas",
  lead: (app) => `Elija cuáles de sus cuentas puede usar ${app} en su nombre.`,
  none: "Aquí no hay nada que conectar.",
  states: {
    connected: "Conectada",
    expired: "Ya no está conectada: conéctela de nuevo.",
    "more-needed": "Conectada, pero ahora se pide más: conéctela de nuevo.",
    none: "Sin conectar",
  },
  connect: (label) => `Conectar ${label}`,
  reconnect: (label) => `Conectar ${label} de nuevo`,
  disconnect: (label) => `Desconectar ${label}`,
  problem: "La cuenta no se conectó. Puede intentarlo de nuevo.",
  declined: "Dijo que no, así que no se conectó nada.",
  key: {
    title: (label) => `Conectar ${label}`,
    lead: (app) => `${app} usará esta clave en su nombre. Se guarda sellada y no se muestra a nadie.`,
    label: "Su clave",
    where: "Dónde encontrar la clave",
    submit: "Conectar",
    cancel: "Cancelar",
    problems: {
      missing: "Escriba la clave.",
      refused: "El proveedor no acepta esta clave.",
      unavailable: "El proveedor no responde. Inténtelo de nuevo en breve.",
    },
  },
  done: {
    connectedTitle: "Cuenta conectada",
    refusedTitle: "Cuenta no conectada",
    connected: "Puede cerrar esta ventana y continuar en la aplicación.",
    refused: "No se conectó nada. Cierre esta ventana e inténtelo de nuevo en la aplicación.",
  },
};
