-- Where the customer reads mail, and in which language (ISO 639-1); without an address nothing is sent.
alter table accounts add column mail text;
alter table accounts add column language text;
