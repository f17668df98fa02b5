import { Checkbox, Group, SimpleGrid, Stack } from "@mantine/core";
import type { Role, Wing } from "../../shell";
import { ROLES, WINGS } from "../names";

export interface Granted {
  roles: Role[];
  wings: Wing[];
}

/** Which roles and wings an officer has, each said in words. */
export function RolesAndWings(props: { granted: Granted; change: (granted: Granted) => void }) {
  const { granted, change } = props;
  return (
    <Stack>
      <Checkbox.Group
        label="Roles"
        value={granted.roles}
        onChange={(roles) => change({ ...granted, roles: roles as Role[] })}
      >
        <SimpleGrid cols={2} spacing="sm" mt={4}>
          {(Object.keys(ROLES) as Role[]).map((role) => (
            <Checkbox
              key={role}
              value={role}
              label={ROLES[role].name}
              description={ROLES[role].does}
            />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      <Checkbox.Group
        label="Wings"
        value={granted.wings}
        onChange={(wings) => change({ ...granted, wings: wings as Wing[] })}
      >
        <Group mt={4}>
          {(Object.keys(WINGS) as Wing[]).map((wing) => (
            <Checkbox key={wing} value={wing} label={WINGS[wing]} />
          ))}
        </Group>
      </Checkbox.Group>
    </Stack>
  );
}
