import type { RefusalTexts } from "./refusals.ts";

export const refusalsEs: RefusalTexts = {
  technical: "Mensaje original",
  sentences: {
    "nothing-here": "No hay nada en esta dirección.",
    "not-this-way": "Esta dirección no se usa así.",
    "too-large": "La solicitud es demasiado grande.",
    unreadable: "La solicitud está incompleta o no se entiende.",
    "foreign-site": "Esta solicitud vino de otro sitio y se rechazó.",
    "form-expired": "Este formulario ha caducado. Vuelva atrás, recargue la página e inténtelo de nuevo.",
    "too-many": "Demasiados intentos. Espere un poco e inténtelo de nuevo.",
    busy: "El servicio está ocupado en este momento. Inténtelo de nuevo en breve.",
    ours: "Algo salió mal por nuestra parte. Ha quedado registrado.",
    "application-unknown": "La aplicación que le envió aquí no se conoce en este sitio.",
    "return-address": "La dirección de vuelta no está registrada para esta aplicación.",
    "begun-elsewhere":
      "Este inicio de sesión ha caducado, ya se usó o se empezó en otro navegador. Empiece de nuevo desde la aplicación.",
    "sign-out-invalid": "La solicitud de cierre de sesión no es válida.",
    "sign-up-closed": "Este sitio no admite cuentas nuevas.",
    forbidden: "Esta cuenta no puede hacer eso.",
    "session-over": "Su sesión ha terminado. Inicie sesión de nuevo.",
    "link-over": "Este enlace no es válido, ha caducado o ya se usó. Empiece de nuevo donde estaba.",
    "too-many-devices": "Esta cuenta tiene sesión iniciada en demasiados dispositivos. Cierre sesión primero en uno.",
    "sign-in-again": "Inicie sesión de nuevo antes de cambiar esto.",
    "set-up-expired": "Esta activación ha caducado. Pida un código QR nuevo.",
    "no-second-factor": "Este sitio no ofrece verificación en dos pasos.",
    "account-disabled": "Esta cuenta está desactivada.",
    "provider-failed": "No se pudo iniciar sesión de esa forma. Inténtelo de nuevo o elija otra.",
    "provider-off": "Esta forma de iniciar sesión está desactivada.",
    "address-taken":
      "Ya existe una cuenta con esta dirección de correo. Inicie sesión en ella como de costumbre y después conecte las dos.",
    "linked-elsewhere": "Esta cuenta ya está conectada aquí con otra persona.",
    "request-invalid": "La solicitud de la aplicación no es válida.",
  },
};
