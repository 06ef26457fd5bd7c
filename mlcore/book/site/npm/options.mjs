// What the index holds of each section, and what of it is shown.
export const options = { fields: ["title", "text"], storeFields: ["title", "where", "text"] };
