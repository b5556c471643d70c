"""Pages of benefits: `overview` lists, `claim` shows a decision, `acting` and `applying` record, `batches` pays."""
