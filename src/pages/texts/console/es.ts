import { auditEs } from "./audit-es.ts";
import { clientsEs } from "./clients-es.ts";
import type { consoleEn } from "./en.ts";
import { lookEs } from "./look-es.ts";
import { providersEs } from "./providers-es.ts";
import { realmsEs } from "./realms-es.ts";
import { sourcesEs } from "./sources-es.ts";
import { tryEs } from "./try-es.ts";
import { usersEs } from "./users-es.ts";
import { vaultEs } from "./vault-es.ts";
import { webhooksEs } from "./webhooks-es.ts";

export const consoleEs: typeof consoleEn = {
  navigation: "Consola",

  places: {
    realms: "Todos los espacios",
    "all-figures": "Cifras de todos los espacios",
    overview: "Resumen",
    figures: "Cifras",
    domains: "Dominios",
    settings: "Ajustes",
    look: "Aspecto",
    users: "Usuarios",
    clients: "Aplicaciones",
    "registration-tokens": "Tokens de registro",
    providers: "Proveedores de inicio de sesión",
    sources: "Productos principales",
    webhooks: "Webhooks",
    keys: "Claves de firma",
    calls: "Llamadas a proveedores",
    events: "Registro de auditoría",
  },

  refused: {
    title: "La consola es para operadores",
    lead: "Ha iniciado sesión, y esta cuenta no tiene ningún rol para usar la consola.",
    next: "Pida el rol admin o sysadmin a un administrador del sistema de este espacio, o inicie sesión con otra cuenta.",
    home: "Ir a la página de inicio",
  },

  secondFactor: {
    text: "Este espacio gestiona toda la instalación. Inicie sesión con dos factores para ver los demás espacios.",
    setUp: "Configurar la verificación en dos pasos",
    prove: "Presentar ahora el segundo factor",
  },

  form: {
    standard: (value: string) => `Si se deja vacío: ${value}`,
    nothing: "nada",
    on: "activado",
    off: "desactivado",
    unchanged: "como indica la plantilla",
    reset: "Volver al valor predeterminado",
    save: "Guardar",
    cancel: "Cancelar",
    notJson: "Esto no es JSON.",
    notNumber: "Esto no es un número.",
    typedWrong: "Escríbalo exactamente como se muestra.",
    typeToConfirm: "Para confirmar, escriba",
    seconds: "segundos",
    perMinute: "por minuto",
    perHour: "por hora",
  },

  list: {
    filter: "Filtrar esta lista",
    filters: "Filtro",
    show: "Mostrar",
    showAll: "Mostrar todo",
    search: "Buscar",
    searchLabel: "Nombre o dominio",
    next: "Página siguiente",
    first: "Volver a la primera página",
    actions: "Acciones",
  },

  copy: "Copiar",
  copied: "Copiado",

  done: {
    saved: "Guardado.",
    created: "Creado.",
    removed: "Eliminado.",
    reset: "Se ha restablecido el valor predeterminado.",
    "realm-created":
      "El espacio está creado. Sus dominios deben llevar aquí antes de que alguien pueda usarlo: compruébelos en Dominios.",
    "publisher-created": "Los dos espacios están creados. Este es el de los editores.",
    "domain-added": "El dominio ya pertenece a este espacio. Compruebe abajo que lleva aquí.",
    "keys-rotated": "Las siguientes claves firman desde ahora.",
    "session-ended": "La sesión ha terminado.",
    "sessions-ended": "Todas las sesiones y todos los tokens han terminado.",
    merged: "Las dos cuentas son ahora una.",
    "reset-mailed": "Un enlace para una contraseña nueva va en camino.",
    "factors-reset": "Los segundos factores se han eliminado y todas las sesiones han terminado.",
    "consent-revoked": "El consentimiento se ha retirado.",
    disconnected: "La cuenta externa está desconectada.",
    replayed: "Vuelve a estar en camino.",
    "key-revoked": "La clave se ha retirado. Lo que firmó ya no vale nada.",
  },
  problems: {
    "version-outdated":
      "Otra persona lo ha cambiado entretanto. Abajo está lo que usted escribió; abra la página de nuevo para ver lo suyo.",
    "validation-failed": "Faltan algunos campos o no son válidos. Cada uno dice qué falla.",
    invalid_redirect_uri: "Una dirección no es aceptable. El campo dice por qué.",
    invalid_client_metadata: "Algunos campos no son compatibles entre sí. Cada uno dice qué falla.",
    "domain-already-in-realm": "Un dominio ya pertenece a otro espacio.",
    "reauthentication-required": "Confirme primero que es usted: inicie sesión de nuevo y repita la acción.",
    "cross-site-request": "Esta petición vino de otro sitio y se rechazó.",
    forbidden: "Esta cuenta no puede hacer eso.",
    "not-found": "No existe, o se eliminó entretanto.",
    "key-in-use": "Esta clave está firmando ahora. Rótela primero y retírela después.",
    "storage-unavailable": "Los almacenes no responden en este momento. No se ha cambiado nada; inténtelo de nuevo.",
  },

  realms: realmsEs,
  look: lookEs,
  clients: clientsEs,
  providers: providersEs,
  trial: tryEs,
  users: usersEs,
  sources: sourcesEs,
  webhooks: webhooksEs,
  vault: vaultEs,
  audit: auditEs,
};
