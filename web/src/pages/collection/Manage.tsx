import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { keys } from "../../api/queries";
import type { Application, Collection } from "../../api/types";
import { texts } from "../../texts";
import { Menu } from "../../ui";
import { MoreIcon } from "../../ui/icons";
import { DescribeDialog, FieldsDialog, RebuildDialog, RemoveDialog } from "./ManageDialogs";

const dialogs = { describe: DescribeDialog, fields: FieldsDialog, rebuild: RebuildDialog, remove: RemoveDialog };

type Open = keyof typeof dialogs;

/** What can be done to a collection as a whole. */
export function Manage({ application, collection }: { application: Application; collection: Collection }) {
  const cache = useQueryClient();
  const [open, setOpen] = useState<Open | null>(null);
  const Dialog = open && dialogs[open];
  return (
    <>
      <Menu
        label={texts.manage.label}
        icon={<MoreIcon />}
        items={(Object.keys(dialogs) as Open[]).map((key) => ({
          key,
          label: texts.manage[key],
          onChoose: () => setOpen(key),
        }))}
      />
      {Dialog && (
        <Dialog
          application={application}
          collection={collection}
          onClose={() => {
            setOpen(null);
            // What was deleted must not be asked for again; the next page asks for the rest.
            const refetchType = open === "remove" ? "none" : "active";
            void cache.invalidateQueries({ queryKey: keys.collections(application.name), refetchType });
            void cache.invalidateQueries({ queryKey: keys.activeJobs });
          }}
        />
      )}
    </>
  );
}
