"""Sentences of an article that begin or end like furniture: wherever they stand, they stay."""

from __future__ import annotations

import pytest

from tests.stages.strip.articles import BODY, article, kept

OWN = """
Pakistan does not agree with the Indian claim over the river, the minister said.
China does not endorse the use of force in the strait.
India accepts no responsibility for the deaths of the two fishermen.
Fishermen entered the zone without permission, the navy said.
The factory was built without prior consent of the villagers.
He is not responsible for the fire, his lawyer said.
The survey may not be published before the budget.
The figures are for information only, the bureau said.
The tender was published in the press on June 3, 2024.
Scan the QR code at the pier before you board.
Subscribe to the view, if you wish, that the sea forgives; I do not.
Comments posted under the port's statement were mostly about the price of tea.
This report was read aloud in the mosque, and nobody slept.
By paying in advance you agree with the fishermen on the price, the clerk said.
The author of the plan is an analyst in Karachi whom no one has met.
Save this water for the boats, the harbour master said.
Follow the river to the north and you come to the old customs post.
Get all the water you want, the shopkeeper said, and pay for half of it.
Donate blood, the doctors asked, and two hundred men queued by noon.
Stay with us, the widow begged the engineers.
Support for the plan has fallen to a third, the survey found.
Join us or leave, the union told the drivers.
Book your seat early, the railway advised.
Never miss a prayer for the rain, the old man said.
Enable the poor to save and they will save, he told the banks.
Listen to the people, the opposition leader said.
Tune in to any talk show and you hear the same five men.
Log in to the portal and you find that no one has answered since March.
Sign up for the course, the poster said, and get a job in China.
Like our neighbours, we need cheap power, the secretary said.
Add us to the list of losers, the shrimp exporters wrote.
Buy our fish, not our silence, the banner said.
Click on the map and the whole district is red.
Read the contract, the auditor advised, before you praise it.
Watch this space, the envoy told reporters.
Also on the agenda was the price of gas.
Also present were the commander of the navy and two ministers.
Also, the port has no cold store.
Related to this is the question of who pays for the pipe.
More on the agenda than on the table, said one delegate.
Recommended prices have not been seen in any shop since May.
Up next is the harder part, the grid.
For more than a year the ships have stayed away.
Learn more Chinese, the rector told his students.
You may like the plan or not, he said.
Comments by the minister drew laughter from the benches.
Reply came on Thursday, in two lines.
Comment was not available from the company.
Views on the dam differ from village to village.
Opinions are divided on the fee.
Opinion in the bazaar is that nothing will change.
Analysis of the samples is expected within a week.
The views of the fishermen are not in the report.
The analysis does not reflect the cost of land.
Source: the trouble begins there, the engineer said of the spring.
Category three ships may not enter.
Location is everything, the agent said.
Author of the bill is a senator from Turbat.
The author of the report, a hydrologist, said the basin would fill by May.
The writers of the constitution did not think of dams.
Writers and poets from Lyari attended the evening.
The columnist was arrested on Thursday.
Khalid Baloch was president of the chamber for six years.
Editing of the footage took two months.
Compiled by hand, the list has four hundred names.
Translated by a clerk, the contract lost two clauses.
Reporting by telephone is forbidden in the district.
Photo of the year, the jury said, was that of the crane.
Photos by satellites show the spill.
Pictures from the bay show dead shrimp.
Images from the camera were shown in court, with no sound.
He was seen in a photo from the wedding.
The images courtesy of the navy show four boats.
The bill was signed by the president -- Xinhua had reported so on Sunday.
He reads two papers — Dawn and The News.
The pipeline runs by sea – Iran has finished its part.
Tags on the fish say where it was caught.
Topics at the meeting: water, power, and the school.
Print is dead, the publisher said.
Share of coal in the mix has fallen to a tenth.
Mail comes twice a week by the coast road.
Save water, save the town, the children sang.
Home is where the water is.
Page after page of the contract is blacked out.
Search for the missing sailors was called off.
Previous governments had promised the same.
Last came the fishermen.
End of the road
The End of Cheap Water
Terms of the loan: 2 per cent over 20 years.
Privacy of the voters is protected, the commission said.
About the cost no one would speak.
Contact with the boat was lost at noon.
Cookies, tea and a speech were offered.
Copyright in the drawings belongs to the firm.
All rights reserved for the port were given up in the second lease.
Weather: the great unknown of the plan.
Gold rate: up again, to the dismay of bridegrooms.
Iftar: dates, water, and a queue for both.
June 7, 2024 was the first dry day.
5 minutes ago the siren went, the guard said.
Two days later the pump broke.
Phase II
Chapter 3
Rs 5 billion
2.5 per cent
Rs. 3,900 per maund
+92 855 123456
1992
Karim says the pump is old.
Gwadar says no.
The movie says nothing of that, 2 hours long as it is.
3 comments on the plan were received
12 responses to the tender came in, two from China.
Advertisement of the posts is due in July.
Sponsored by the navy, the race drew forty boats.
Promoted to brigadier in May, he now runs the port.
Live from the bay: a report that no one saw
Breaking: the dam, and after it the town
Video of the raid went round the world.
Interview with the minister was cut to five minutes.
The interview was cut to five minutes.
The discussion was long and led nowhere.
The conversation is about water and nothing else.
It was published in 2019 and forgotten.
The story appeared in the Balochi press first.
This is a developing country, the envoy reminded them.
More to follow, the clerk said, and shut the file.
Ends do not justify means, the judge wrote.
Ad hoc judges may hear the case.
Ads for whitening cream cover the wall.
The minister says: “We shall pay.”
Follow the money, the old auditor said, and you find the pipe.
Tehran says its programme is for power alone.
Follow the same process to open the second archive as in the first section.
Information from each of these methods is combined into one picture of the aquifer.
+44 1234 567 890
286,35 €
Food is allowed on the boat until 6.
""".strip().splitlines()


@pytest.mark.parametrize("place", ["head", "middle", "tail"])
@pytest.mark.parametrize("sentence", OWN)
def test_it_stays(sentence, place):
    lines = list(BODY)
    lines.insert({"head": 0, "middle": 1, "tail": len(BODY)}[place], sentence)
    assert kept(article(**{place: [sentence]})) == lines
