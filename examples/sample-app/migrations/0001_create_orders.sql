CREATE TABLE orders (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product text NOT NULL,
  ordered_at timestamptz NOT NULL DEFAULT now()
);
