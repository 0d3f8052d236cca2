// Builds the price tags in the live lists of models (common-config.md).

/** Builds one price tag. Its amount is a placeholder, as on the site: what a start costs only the credit history tells. */
export function priceTag(
  benefitType: string,
  resource: { id: string; amount: number },
): Record<string, unknown> {
  return {
    benefit_type: benefitType,
    amount: resource.amount,
    resource_id: resource.id,
    resource_id_type: "str",
    resource_sub_type: "aigc",
  };
}

/** Builds the price of every resolution in the form of `resolution_price_configs`. */
export function priceConfigs(
  benefits: Readonly<Record<string, string>>,
  resource: { id: string; amount: number },
): Array<Record<string, unknown>> {
  return Object.entries(benefits).map(([resolution, benefitType]) => ({
    resolution,
    price: priceTag(benefitType, resource),
  }));
}
