import type { RecoveryTexts } from "./recovery-en.ts";

export const recoveryEs: RecoveryTexts = {
  forgotLink: "¿Olvidó su contraseña?",

  ask: {
    title: "¿Olvidó su contraseña?",
    lead: "Indique la dirección de correo de su cuenta. Le enviaremos un enlace y un código.",
    email: "Correo electrónico",
    submit: "Enviar",
    back: "Volver al inicio de sesión",
    problems: {
      missing: "Escriba su dirección de correo.",
      "email-invalid": "Escriba una dirección de correo como nombre@example.com.",
      "too-many-attempts": "Demasiados intentos. Espere un poco e inténtelo de nuevo.",
    },
  },

  reset: {
    title: "Elija una contraseña nueva",
    sentTo: (email) => `Si existe una cuenta para ${email}, hay un código en camino. Sirve durante diez minutos.`,
    lead: "Sustituye a la anterior. Se cerrará su sesión en todos los demás sitios.",
    owedLead: "La contraseña con la que entró se la pusieron. Elija una que nadie más conozca y entre con ella.",
    email: "Correo electrónico",
    code: "Código del correo",
    password: "Contraseña nueva",
    submit: "Guardar la contraseña",
    again: "Enviar otro",
    problems: {
      "email-missing": "Escriba su dirección de correo.",
      "email-invalid": "Escriba una dirección de correo como nombre@example.com.",
      "code-missing": "Escriba las seis cifras del correo.",
      "otp-mismatch": "Este código no es correcto o tiene más de diez minutos.",
      "password-missing": "Elija una contraseña.",
      "password-unchanged": "Elija otra contraseña que la que le pusieron.",
      "too-many-attempts": "Demasiados intentos. Espere un poco e inténtelo de nuevo.",
      "link-invalid": "Este enlace ya no sirve. Pida que se le envíe otro.",
    },
    done: {
      title: "Su contraseña está guardada",
      lead: "Inicie sesión con ella desde ahora. Se cerró la sesión en sus otros dispositivos.",
      signIn: "Iniciar sesión",
    },
  },

  byCode: {
    link: "Enviarme mejor un código",
    title: "Iniciar sesión con un código",
    lead: "Le enviamos seis cifras a su correo o a su teléfono.",
    recipient: "Correo electrónico o número de teléfono",
    send: "Enviar el código",
    sentTo: (recipient) =>
      `Si alguien puede iniciar sesión con ${recipient}, hay un código en camino. Sirve durante diez minutos.`,
    code: "Código",
    submit: "Iniciar sesión",
    again: "Enviar otro",
    back: "Iniciar sesión con una contraseña",
    problems: {
      "recipient-missing": "Escriba su dirección de correo o su número de teléfono.",
      "recipient-invalid":
        "Escriba una dirección de correo como nombre@example.com o un número con el prefijo del país, como +34 612 34 56 78.",
      "code-missing": "Escriba las seis cifras.",
      "otp-mismatch": "Este código no es correcto o tiene más de diez minutos.",
      "too-many-attempts": "Demasiados intentos. Espere un poco e inténtelo de nuevo.",
      expired: "Tardó demasiado o se empezó en otro navegador. Pida otro código.",
      "not-allowed": "No puede iniciar sesión con esta cuenta.",
    },
  },

  verified: {
    titles: {
      "email-verified": "Su dirección está confirmada",
      "token-consumed": "Este enlace ya se usó",
      "invalid-token": "Este enlace no es válido",
    },
    leads: {
      "email-verified": "Gracias. Puede cerrar esta página.",
      "token-consumed": "Cada enlace sirve una vez. Puede que su dirección ya esté confirmada.",
      "invalid-token": "Es demasiado antiguo o se envió uno más reciente. Pida que se le envíe otro.",
    },
    home: "Ir a la página de inicio",
  },
};
