// Exports what the simulator package offers.

export type { AccountSetting, Credits } from "./accounts.ts";
export type { AccountSummary, RecordSummary, SimulatorControl } from "./control.ts";
export type { SessionOption, SimulatorLogger, SimulatorOptions, TimingOptions } from "./options.ts";
export type { FaultSetting } from "./faults/fault.ts";
export type { ActiveFault } from "./faults/faults.ts";
export type { ExtraImageModel, ModelSetting, ModelSummary } from "./models/registry.ts";
export type { AcceptedStart } from "./records/records.ts";
export type { Region } from "./regions.ts";
export type { RequestLogEntry } from "./request-log.ts";
export type { Simulator } from "./simulator.ts";
export { createSimulator } from "./simulator.ts";
