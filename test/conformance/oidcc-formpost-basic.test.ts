import { basicModules } from "./basic/index.ts";
import { runPlan } from "./support/plan.ts";

runPlan("oidcc-formpost-basic-certification-test-plan", basicModules, "form_post");
