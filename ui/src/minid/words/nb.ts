// Bokmål: the words of src/minid.
export const nb = {
  title: "MinID-hjelpen",
};

export type PageWords = typeof nb;
