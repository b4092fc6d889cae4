/** The password of all the hashes below, letters beyond ASCII included. */
export const foreignPassword = "pässwort-пароль 7";

/** One of each form, made by node:crypto, Python's hashlib and libxcrypt's crypt(3), which agree where two can make the same. */
export const foreignHashes: Readonly<Record<string, unknown>> = {
  "bcrypt of bcryptjs": "$2b$05$W1EqEXCwpRqJ8MyPMnnNguCX44AvIXJApR2dRStrsUSsVHIjDmjxy",
  "bcrypt of libxcrypt": "$2b$05$CCCCCCCCCCCCCCCCCCCCC.rbrS/ZYcDG3fOs9GRoMYBWN5/NM.m.G",
  "bcrypt behind Spring's prefix": "{bcrypt}$2a$05$CCCCCCCCCCCCCCCCCCCCC.rbrS/ZYcDG3fOs9GRoMYBWN5/NM.m.G",
  "bcrypt behind Django's prefix": "bcrypt$$2b$05$CCCCCCCCCCCCCCCCCCCCC.rbrS/ZYcDG3fOs9GRoMYBWN5/NM.m.G",
  "PBKDF2 with SHA-256 as PHC":
    "$pbkdf2-sha256$i=1000$TmFDbDAxMjM0NTY3ODlhYg$nqh+ZrvSdbnRW6XUW2e5JAou0Bdi+AQ8SF1MjPtbSmM",
  "PBKDF2 with SHA-512 as PHC":
    "$pbkdf2-sha512$i=1000$TmFDbDAxMjM0NTY3ODlhYg$a7XPjC7A7JdA4Bj1+mbScAmIMmgclH36GlMPN6f44VMkbmc0cHQI/3MeZgB9NImB4iviMSyXYka5Xoj9Zev6LQ",
  "PBKDF2 with SHA-1 as PHC": "$pbkdf2-sha1$i=1000$TmFDbDAxMjM0NTY3ODlhYg$me+p2UMlQ/qfukZxyzezR+OiZV0",
  "PBKDF2 of passlib": "$pbkdf2-sha256$1000$TmFDbDAxMjM0NTY3ODlhYg$nqh.ZrvSdbnRW6XUW2e5JAou0Bdi.AQ8SF1MjPtbSmM",
  "PBKDF2 of Django": "pbkdf2_sha256$1000$djangosalt$oQu/0cbrAmYz1cuRR0RouV8EJaA1qIU1/SlqRwYL/jw=",
  "PBKDF2 of Werkzeug": "pbkdf2:sha256:1000$abcdefgh$471116dd50a72aa5f9ddcb07748cebaea7ed5dda2e4715cd7b9d91b1228abdd1",
  "PBKDF2 of Keycloak": {
    secretData:
      '{"value":"nqh+ZrvSdbnRW6XUW2e5JAou0Bdi+AQ8SF1MjPtbSmOb5nrIIKIkm0T4LWi84LZ012EAXkMJjx2/vkG1Sb2DGw==","salt":"TmFDbDAxMjM0NTY3ODlhYg==","additionalParameters":{}}',
    credentialData: '{"hashIterations":1000,"algorithm":"pbkdf2-sha256","additionalParameters":{}}',
  },
  "argon2id of Keycloak": {
    secretData:
      '{"value":"QlEUUOyNmJ5ZBEXi47vPBvX6ax4H1DdYh9y14oU5KUQ=","salt":"TmFDbDAxMjM0NTY3ODlhYg==","additionalParameters":{}}',
    credentialData:
      '{"hashIterations":5,"algorithm":"argon2","additionalParameters":{"hashLength":["32"],"memory":["7168"],"type":["id"],"version":["1.3"],"parallelism":["1"]}}',
  },
  "argon2id as PHC": "$argon2id$v=19$m=8192,t=1,p=2$TmFDbDAxMjM0NTY3ODlhYg$4KyXPCGZQ9gmg1pGgdvtHBQR3n/zUwaxA1JV8Ofi+IY",
  "argon2id behind Django's prefix":
    "argon2$argon2id$v=19$m=8192,t=1,p=2$TmFDbDAxMjM0NTY3ODlhYg$4KyXPCGZQ9gmg1pGgdvtHBQR3n/zUwaxA1JV8Ofi+IY",
  "argon2i as PHC": "$argon2i$v=19$m=4096,t=3,p=1$TmFDbDAxMjM0NTY3ODlhYg$U4dvsJEx3AhDcjpSvrMoOK7uW2FUhfys+jj9Bf2C8j4",
  "scrypt as PHC": "$scrypt$ln=10,r=8,p=2$TmFDbDAxMjM0NTY3ODlhYg$bufqlPtANi3p7+xh7XpbMXIbzbmXiYfh7G/PZ4rA7eE",
  "scrypt of Django":
    "scrypt$1024$djangosalt$8$1$+vz1eefOQWIGt3G61cJ/efqsyPdN0roV09TAA5nz822pxWhMIcGr07h+Ot/uYnw7noqoR5TiiwWEeEPK2dRhvA==",
  "scrypt of Werkzeug":
    "scrypt:1024:8:1$abcdefgh$d8276ef12ac05f60252346d8732868ce9537186f65a1eaa1d8052cc9f4c8e423261c1d3c098039a9055ee66ee8164abce0fa87663b05263eae1c6d11763600d0",
  "SHA-1 of LDAP": "{SHA}KwXueLKHEy5U0XVNtxiJr5F96r8=",
  "salted SHA-1 of LDAP": "{SSHA}N93sTSWHdd2I+Voqyibqpny8neJOYUNsMDEyMw==",
  "salted SHA-256 of LDAP": "{SSHA256}/4koce0ZJwajtBnlUkxxMBP5S3YLhCi+ugciuIfhyNtOYUNsMDEyMw==",
  "salted SHA-512 of LDAP":
    "{SSHA512}8LDAxVkJzvQ6TTruj6Bt6i2iuTvwrs0xq+TBoHWVM0sUaE3qfcbB6c0RDOf8l58kTyudcM5KX0bwzf4lmfhhE05hQ2wwMTIz",
};

/** The example that https://github.com/firebase/scrypt publishes. */
export const firebaseExample = {
  parameters: {
    signer_key: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
    salt_separator: "Bw==",
    rounds: 8,
    mem_cost: 14,
  },
  hash: {
    hash: "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
    salt: "42xEC+ixf3L2lw==",
  },
  password: "user1password",
} as const;
