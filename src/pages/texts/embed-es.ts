import type { embedEn } from "./embed-en.ts";

export const embedEs: typeof embedEn = {
  title: "Su cuenta",
  signedIn: "Ha iniciado sesión.",
  signedOut: "No ha iniciado sesión.",
  blocked: "Su navegador no muestra su cuenta a este sitio hasta que usted lo permita.",
  allow: "Usar mi cuenta aquí",
  signIn: "Iniciar sesión",
  done: {
    title: "Ha iniciado sesión",
    lead: "Cierre esta ventana y vuelva al sitio de donde viene.",
  },
};
