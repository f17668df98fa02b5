import { Slider } from "@mantine/core";
import { AS_TAKEN, type Levels } from "./stageView";

const CONTROLS = [
  ["brightness", "Brightness", 0.2, 3],
  ["contrast", "Contrast", 0.2, 3],
  ["gamma", "Gamma", 0.3, 3],
] as const;

/** Brightness, contrast and gamma of what is shown; the evidence is not touched. */
export function LevelsPanel(props: { levels: Levels; set: (next: Levels) => void }) {
  return (
    <div className="levels" role="group" aria-label="Levels">
      {CONTROLS.map(([key, label, min, max]) => (
        <label key={key}>
          {label} <span className="number">{props.levels[key].toFixed(2)}</span>
          <Slider
            size="sm"
            thumbLabel={label}
            label={null}
            min={min}
            max={max}
            step={0.05}
            value={props.levels[key]}
            onChange={(value) => props.set({ ...props.levels, [key]: value })}
          />
        </label>
      ))}
      <button type="button" className="plain" onClick={() => props.set(AS_TAKEN)}>
        as taken
      </button>
    </div>
  );
}
