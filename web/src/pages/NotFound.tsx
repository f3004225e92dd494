import { texts } from "../texts";
import { ButtonLink, EmptyState } from "../ui";
import { SearchIcon } from "../ui/icons";
import { usePageTitle } from "./title";

export function NotFound() {
  usePageTitle(texts.notFound.title);
  return (
    <EmptyState
      icon={<SearchIcon />}
      title={texts.notFound.title}
      action={
        <ButtonLink kind="primary" href="/">
          {texts.notFound.home}
        </ButtonLink>
      }
    >
      {texts.notFound.help}
    </EmptyState>
  );
}
