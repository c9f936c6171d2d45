"""The same ports and partners without the real thing behind them."""
