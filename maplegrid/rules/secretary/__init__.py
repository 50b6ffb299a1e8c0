"""书记在线: a resident writes to the secretary, is met within days, and gets a written answer.

Known from the source article (gdzf.org.cn post_147902): an SMS within 10 minutes, an appointment within 30, and
three levels that decide who meets. Everything else here is this product's own design and says so.

| file | decides |
|---|---|
| level | how high a letter goes, proposed by the district's table, confirmed by a named person |
| hosts | who meets, and who takes over when the host is somebody the letter is about |
| slots | which times of a host are free, and which cells of the day a meeting takes |
| life | what may be done when, and by whom |
| answers | what a written answer must hold |
| figures | shares, medians and 90th percentiles, counted 24×7 from receipt |
"""
