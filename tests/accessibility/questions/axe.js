// What axe finds on the page as it stands; axe itself has to be there.
async (options) => {
  const found = await axe.run(document, options);
  const told = (rules) =>
    rules.flatMap((rule) =>
      rule.nodes.map((node) => ({
        rule: rule.id,
        where: node.target.join(" "),
        why: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
      })),
    );
  return { violations: told(found.violations), undecided: told(found.incomplete) };
};
