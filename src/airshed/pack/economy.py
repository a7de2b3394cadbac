"""The rows of the table economy that the GDP of a place rests on; the rule itself is in assessment/chain/economy."""

GDP, GDP_UNIT = "gdp_usd", "billion USD"
LOCAL = "gdp_lcu"
"""GDP in the money of the nation, which regions are printed in."""
EXCHANGE = "exchange_rate"
MILLION_PER_BILLION = 1e3
LOCAL_CONSTANT, LOCAL_CONSTANT_PER_HEAD = "gdp_lcu_constant", "gdp_per_head_lcu_constant"
"""The same at the prices of one year, of all and of one person."""
