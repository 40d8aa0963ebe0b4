-- Against the order of the references.
DROP TABLE changes;
DROP TABLE tokens;
DROP TABLE accounts;
DROP TABLE entities;
