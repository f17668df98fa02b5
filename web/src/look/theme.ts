import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** The one accent: a calm sea green that keeps AA contrast on both grounds. */
const sea: MantineColorsTuple = [
  "#e6f5f4",
  "#d0e8e6",
  "#a3d2ce",
  "#7fc3be",
  "#5fb3ae",
  "#3f9c97",
  "#2a827e",
  "#1a6d69",
  "#0f5a57",
  "#064845",
];

/** Greys of the dark ground, slightly blue, so that a picture's own greys stand apart. */
const dark: MantineColorsTuple = [
  "#d6dde2",
  "#b9c3ca",
  "#9aa7b0",
  "#7d8b95",
  "#4b5861",
  "#344049",
  "#273139",
  "#1c242a",
  "#161d22",
  "#10161a",
];

export const theme = createTheme({
  primaryColor: "sea",
  primaryShade: { light: 7, dark: 6 },
  colors: { sea, dark },
  fontFamily: "'Inter Variable', system-ui, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'DejaVu Sans Mono', Consolas, monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "1.4", sm: "1.45", md: "1.45", lg: "1.5", xl: "1.4" },
  spacing: { xs: "8px", sm: "8px", md: "16px", lg: "24px", xl: "32px" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "22px", lineHeight: "32px" },
      h2: { fontSize: "16px", lineHeight: "24px" },
      h3: { fontSize: "14px", lineHeight: "24px" },
    },
  },
  defaultRadius: "4px",
  respectReducedMotion: true,
  focusRing: "auto",
  cursorType: "pointer",
  components: {
    Button: { defaultProps: { size: "sm" } },
    InputWrapper: { defaultProps: { withAsterisk: false } },
    Table: {
      defaultProps: {
        verticalSpacing: 6,
        horizontalSpacing: 8,
        fz: "md",
        borderColor: "var(--line)",
      },
    },
    Anchor: { defaultProps: { underline: "always" } },
    Badge: { defaultProps: { tt: "none", fw: 500, radius: "sm" } },
    Text: { defaultProps: { size: "md" } },
    Modal: {
      defaultProps: {
        transitionProps: { duration: 0 },
        centered: true,
        closeButtonProps: { "aria-label": "Close" },
      },
    },
    Menu: { defaultProps: { transitionProps: { duration: 0 } } },
    Select: { defaultProps: { comboboxProps: { transitionProps: { duration: 0 } } } },
  },
});

/** Names of the few grounds that pages use; see look.css. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  dark: {
    "--mantine-color-body": "#12181c",
    "--ground-rail": "#0d1215",
    "--ground-panel": "#182026",
    "--line": "#2b363e",
    "--text-quiet": "#9aa7b0",
    "--accent": "#7fc3be",
    "--amber": "#e5b454",
    "--amber-ground": "#3a2f14",
    "--danger": "#f08c84",
    "--good": "#86c79a",
    "--mantine-color-dimmed": "#9aa7b0",
    "--mantine-color-error": "#f08c84",
    "--mantine-color-anchor": "#7fc3be",
  },
  light: {
    "--mantine-color-body": "#f6f8f8",
    "--ground-rail": "#e9eeee",
    "--ground-panel": "#ffffff",
    "--line": "#d3dbdc",
    "--text-quiet": "#54636b",
    "--accent": "#0f5a57",
    "--amber": "#7a5200",
    "--amber-ground": "#fdf0d0",
    "--danger": "#a8281d",
    "--good": "#1f6b37",
    "--mantine-color-dimmed": "#54636b",
    "--mantine-color-error": "#a8281d",
    "--mantine-color-anchor": "#0f5a57",
  },
});
