import { basicModules } from "./basic/index.ts";
import { runPlan } from "./support/plan.ts";

runPlan("oidcc-basic-certification-test-plan", basicModules);
