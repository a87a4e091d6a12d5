/** Where Mimir finds the exercise's rules, from the root. Git does not know it. */
export const ruleFile = 'mimir/rules/anonymous/workshop.yaml'
