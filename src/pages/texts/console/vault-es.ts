import { counter } from "../counted.ts";
import type { vaultEn } from "./vault-en.ts";

const number = counter("es");

export const vaultEs: typeof vaultEn = {
  calls: {
    title: "Llamadas a proveedores",
    lead: "Lo que las aplicaciones hicieron con las cuentas externas de las personas, lo más reciente primero.",
    caption: "Llamadas",
    filter: "Filtro",
    user: "Usuario (id)",
    provider: "Proveedor",
    client: "Aplicación (id de cliente)",
    status: "Cómo fue",
    any: "cualquiera",
    success: "bien",
    error: "mal",
    show: "Mostrar",
    at: "Cuándo",
    call: "Llamada",
    who: "Aplicación y usuario",
    outcome: "Respuesta",
    tries: (count: number) => number(count, "intento", "intentos"),
    empty: "Todavía no hay llamadas.",
    mappings: "Métodos sobre varios proveedores",
  },
  mappings: {
    title: "Métodos sobre varios proveedores",
    lead: "Lo que han escrito las aplicaciones: una interfaz para varios proveedores. Lo cambian con sus propias claves.",
    caption: "Correspondencias",
    name: "Nombre",
    client: "Aplicación",
    providers: "Proveedores",
    changed: "Último cambio",
    definition: "Definición",
    empty: "Ninguna aplicación ha escrito una.",
    calls: "Llamadas a proveedores",
  },
  connections: {
    title: "Cuentas externas que las aplicaciones pueden usar",
    caption: "Conexiones de este usuario",
    provider: "Proveedor",
    client: "Aplicación",
    state: "Estado",
    active: "vigente",
    expired: "hace falta un nuevo consentimiento",
    since: "Desde",
    error: (code: string) => `la última actualización falló: ${code}`,
    disconnect: "Desconectar",
    disconnectConfirm: "¿Desconectar? La aplicación pierde esta cuenta; el usuario puede conectarla de nuevo.",
    empty: "No hay ninguna conectada.",
  },
};
