// static closure of entry by inputs, using a non-splitting analysis
import { build } from "esbuild";
const root="/tmp/wt-light"; const unused=root+"/src/crypto/unused-attestation.cjs";
const r = await build({absWorkingDir:root,entryPoints:["src/index.ts"],outdir:"/tmp/light-x/cl",bundle:true,splitting:true,format:"esm",target:"es2024",platform:"browser",conditions:["workerd","worker","browser"],define:{"process.env.NODE_ENV":'"production"'},external:["cloudflare:*"],loader:{".wasm":"copy"},alias:{"@peculiar/x509":unused,"@peculiar/asn1-android":unused},jsx:"automatic",jsxImportSource:"hono/jsx",minify:true,metafile:true,write:false});
const m=r.metafile; const entry=Object.keys(m.outputs).find(o=>m.outputs[o].entryPoint==="src/index.ts");
const seen=new Set([entry]); for(const n of seen) for(const i of m.outputs[n].imports) if(i.kind==="import-statement"&&m.outputs[i.path]) seen.add(i.path);
const g={}, files={}; for(const n of seen) for(const [i,x] of Object.entries(m.outputs[n].inputs)){const mm=[...i.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].pop(); const k=mm?mm[1]:i.split("/").slice(0,3).join("/"); g[k]=(g[k]??0)+x.bytesInOutput; files[i]=x.bytesInOutput}
let t=0; for(const v of Object.values(g)) t+=v; console.log("total",(t/1024).toFixed(0),"chunks",seen.size, "of", Object.keys(m.outputs).length);
for(const [k,b] of Object.entries(g).sort((a,b)=>b[1]-a[1]).slice(0,45)) console.log("  ",(b/1024).toFixed(1),k);
// why: for argument pattern, find shortest static import chain
const why=process.argv.slice(2); const ins=m.inputs;
for(const w of why){ const target=Object.keys(ins).find(i=>i.includes(w)&&files[i]!==undefined); if(!target){console.log(w,"not in entry");continue}
 const prev=new Map([["src/index.ts",null]]); const q=["src/index.ts"]; while(q.length){const c=q.shift(); if(c===target)break; for(const i of ins[c].imports) if(i.kind!=="dynamic-import"&&!i.external&&!prev.has(i.path)){prev.set(i.path,c);q.push(i.path)}}
 let c=target,chain=[]; while(c){chain.unshift(c);c=prev.get(c)} console.log(w,":",chain.join(" > ")); }
