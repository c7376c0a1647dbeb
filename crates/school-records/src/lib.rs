//! School records from FINT and other sources, read into one model.
