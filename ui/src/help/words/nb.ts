// Bokmål: the words of src/help.
export const nb = {
  title: "Hjelp",
};

export type PageWords = typeof nb;
